import { useState, type SubmitEvent } from "react";

import { enterIdentityCode } from "@/features/accounts/api/enter-identity-code";
import { forgetIdentityOutcome } from "@/features/accounts/lib/identity-outcome";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";

import styles from "./account-card.module.css";

/** The second factor, for who comes from the identity provider. */
export function IdentityCodeForm() {
  const session = useSession();
  const [missing, setMissing] = useState<string | undefined>(undefined);
  const action = useAction(async (code: string) => {
    await enterIdentityCode(session.api, { code });
    forgetIdentityOutcome();
    await session.enter();
  });
  const errors = formErrors<"code">(action.error, action.problem, ["code"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = textOf(new FormData(event.currentTarget), "code").trim();
    setMissing(code === "" ? "Enter the code of your authenticator app." : undefined);
    if (code !== "") void action.run(code);
  }

  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <Problem problem={errors.form ?? null} />
      <TextField
        label="Code"
        name="code"
        autoComplete="one-time-code"
        autoFocus
        hint="Of your authenticator app, or a recovery code."
        error={missing ?? errors.code}
      />
      <Button type="submit" look="primary" busy={action.busy}>
        {action.busy ? "Logging in…" : "Continue"}
      </Button>
    </form>
  );
}
