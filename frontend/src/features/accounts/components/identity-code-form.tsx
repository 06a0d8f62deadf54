import { useState, type SubmitEvent } from "react";

import { enterIdentityCode } from "@/features/accounts/api/enter-identity-code";
import { forgetIdentityOutcome } from "@/features/accounts/lib/identity-outcome";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./account-card.module.css";

/** The second factor, for who comes from the identity provider. */
export function IdentityCodeForm() {
  const texts = useTexts();
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
    setMissing(code === "" ? texts.accounts.codeMissing : undefined);
    if (code !== "") void action.run(code);
  }

  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <Problem problem={errors.form ?? null} />
      <TextField
        label={texts.accounts.code}
        name="code"
        autoComplete="one-time-code"
        autoFocus
        hint={texts.accounts.codeHint}
        error={missing ?? errors.code}
      />
      <Button type="submit" look="primary" busy={action.busy}>
        {action.busy ? texts.accounts.loggingIn : texts.accounts.continue}
      </Button>
    </form>
  );
}
