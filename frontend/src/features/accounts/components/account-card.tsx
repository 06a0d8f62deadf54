import { useState } from "react";

import { AccountFrame } from "./account-frame";
import styles from "./account-card.module.css";
import { AskResetForm } from "./ask-reset-form";
import { LogInForm } from "./log-in-form";
import { RegisterForm } from "./register-form";

type Mode = "log-in" | "register" | "forgotten";

interface AccountCardProps {
  readonly begin: "log-in" | "register";
  /** Why the user is asked, when it is not the beginning of a visit. */
  readonly notice: string | null;
}

const TITLES: Record<Mode, string> = {
  "log-in": "Log in",
  register: "Create your account",
  forgotten: "Choose a new password",
};

/** Logging in or registering, for who has no session. The address stays: it is where the user goes afterwards. */
export function AccountCard({ begin, notice }: AccountCardProps) {
  const [mode, setMode] = useState<Mode>(begin);
  return (
    <AccountFrame title={TITLES[mode]}>
      {notice !== null && (
        <p role="status" className={styles.notice}>
          {notice}
        </p>
      )}
      {mode === "register" && <RegisterForm />}
      {mode === "log-in" && <LogInForm />}
      {mode === "forgotten" && <AskResetForm />}
      {mode === "log-in" && (
        <p className={styles.other}>
          <button type="button" className={styles.link} onClick={() => setMode("forgotten")}>
            Forgot your password?
          </button>
        </p>
      )}
      <p className={styles.other}>
        {mode === "log-in" ? "New here?" : "Already registered?"}{" "}
        <button
          type="button"
          className={styles.link}
          onClick={() => setMode(mode === "log-in" ? "register" : "log-in")}
        >
          {mode === "log-in" ? "Create an account" : "Log in"}
        </button>
      </p>
    </AccountFrame>
  );
}
