import { useState, type SubmitEvent } from "react";

import { askReset } from "@/features/accounts/api/ask-reset";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { EMAIL_LENGTH } from "@/shared/contract/limits";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./account-card.module.css";

/** Has a link sent; whether the address has an account is not told to anybody. */
export function AskResetForm() {
  const texts = useTexts();
  const api = useApi();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const action = useAction(async (email: string) => {
    await askReset(api, email);
    setSentTo(email);
  });
  const errors = formErrors(action.error, action.problem, ["email"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    void action.run(textOf(new FormData(event.currentTarget), "email").trim());
  }

  if (sentTo !== null) {
    return <p role="status">{texts.accounts.linkSent(sentTo)}</p>;
  }
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <Problem problem={errors.form ?? null} />
      <TextField
        label={texts.accounts.email}
        name="email"
        type="email"
        autoComplete="email"
        autoFocus
        required
        maxLength={EMAIL_LENGTH}
        error={errors.email}
      />
      <Button type="submit" look="primary" busy={action.busy}>
        {action.busy ? texts.accounts.sendingLink : texts.accounts.sendLink}
      </Button>
    </form>
  );
}
