import { useState } from "react";

import { Logo } from "@/shared/components/logo";

import styles from "./account-card.module.css";
import { LogInForm } from "./log-in-form";
import { RegisterForm } from "./register-form";

interface AccountCardProps {
  readonly begin: "log-in" | "register";
  /** Why the user is asked, when it is not the beginning of a visit. */
  readonly notice: string | null;
}

/** Logging in or registering, for who has no session. The address stays: it is where the user goes afterwards. */
export function AccountCard({ begin, notice }: AccountCardProps) {
  const [mode, setMode] = useState(begin);
  const registering = mode === "register";
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={36} />
          <span>Parley</span>
        </div>
        <h1>{registering ? "Create your account" : "Log in"}</h1>
        {notice !== null && (
          <p role="status" className={styles.notice}>
            {notice}
          </p>
        )}
        {registering ? <RegisterForm /> : <LogInForm />}
        <p className={styles.other}>
          {registering ? "Already registered?" : "New here?"}{" "}
          <button type="button" className={styles.link} onClick={() => setMode(registering ? "log-in" : "register")}>
            {registering ? "Log in" : "Create an account"}
          </button>
        </p>
      </div>
    </main>
  );
}
