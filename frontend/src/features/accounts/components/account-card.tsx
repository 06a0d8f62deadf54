import { useEffect, useState } from "react";

import { forgetIdentityOutcome, identityOutcome } from "@/features/accounts/lib/identity-outcome";

import { AccountFrame } from "./account-frame";
import styles from "./account-card.module.css";
import { AskResetForm } from "./ask-reset-form";
import { IdentityCodeForm } from "./identity-code-form";
import { IdentityLink } from "./identity-link";
import { LogInForm } from "./log-in-form";
import { RegisterForm } from "./register-form";

type Mode = "log-in" | "register" | "forgotten" | "code";

interface AccountCardProps {
  readonly begin: "log-in" | "register";
  /** Why the user is asked, when it is not the beginning of a visit. */
  readonly notice: string | null;
}

const TITLES: Record<Mode, string> = {
  "log-in": "Log in",
  register: "Create your account",
  forgotten: "Choose a new password",
  code: "Enter your code",
};

/** Logging in or registering, for who has no session. The address stays: it is where the user goes afterwards. */
export function AccountCard({ begin, notice }: AccountCardProps) {
  const [outcome] = useState(() => identityOutcome(location.search));
  const [mode, setMode] = useState<Mode>(outcome.step === "code" ? "code" : begin);
  // A refusal is told once; what is asked next is still asked after the log-in.
  useEffect(() => {
    if (outcome.step === null && outcome.sentence !== null) forgetIdentityOutcome();
  }, [outcome]);
  const told = notice ?? outcome.sentence;
  return (
    <AccountFrame title={TITLES[mode]}>
      {told !== null && (
        <p role="status" className={styles.notice}>
          {told}
        </p>
      )}
      {mode === "register" && <RegisterForm />}
      {mode === "log-in" && <LogInForm />}
      {mode === "log-in" && <IdentityLink />}
      {mode === "code" && <IdentityCodeForm />}
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
