import { useEffect, useState } from "react";

import { forgetIdentityOutcome, identityOutcome } from "@/features/accounts/lib/identity-outcome";
import { useTexts } from "@/shared/texts/use-texts";

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

/** Logging in or registering, for who has no session. The address stays: it is where the user goes afterwards. */
export function AccountCard({ begin, notice }: AccountCardProps) {
  const texts = useTexts();
  const [outcome] = useState(() => identityOutcome(location.search));
  const [mode, setMode] = useState<Mode>(outcome.step === "code" ? "code" : begin);
  // A refusal is told once; what is asked next is still asked after the log-in.
  useEffect(() => {
    if (outcome.step === null && outcome.sentence !== null) forgetIdentityOutcome();
  }, [outcome]);
  const titles: Readonly<Record<Mode, string>> = {
    "log-in": texts.accounts.logIn,
    register: texts.accounts.createYourAccount,
    forgotten: texts.accounts.chooseNewPassword,
    code: texts.accounts.enterYourCode,
  };
  const told = notice ?? outcome.sentence;
  return (
    <AccountFrame title={titles[mode]}>
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
            {texts.accounts.forgotPassword}
          </button>
        </p>
      )}
      <p className={styles.other}>
        {mode === "log-in" ? texts.accounts.newHere : texts.accounts.alreadyRegistered}{" "}
        <button
          type="button"
          className={styles.link}
          onClick={() => setMode(mode === "log-in" ? "register" : "log-in")}
        >
          {mode === "log-in" ? texts.accounts.createAnAccount : texts.accounts.logIn}
        </button>
      </p>
    </AccountFrame>
  );
}
