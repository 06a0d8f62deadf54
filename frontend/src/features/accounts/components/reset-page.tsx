import { useState, type SubmitEvent } from "react";

import { resetPassword } from "@/features/accounts/api/reset-password";
import { useFragmentToken } from "@/features/accounts/lib/use-fragment-token";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { PASSWORD_MIN } from "@/shared/contract/limits";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./account-card.module.css";
import { AccountFrame } from "./account-frame";

/** Where the link in a mail leads: a new password. */
export function ResetPage({ onDone }: { readonly onDone: () => void }) {
  const texts = useTexts();
  const api = useApi();
  const token = useFragmentToken();
  const [done, setDone] = useState(false);
  const action = useAction(async (password: string) => {
    await resetPassword(api, { token, password });
    setDone(true);
  });
  const errors = formErrors(action.error, action.problem, ["password"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    void action.run(textOf(new FormData(event.currentTarget), "password"));
  }

  if (done) {
    return (
      <AccountFrame title={texts.accounts.passwordSet}>
        <p role="status">{texts.accounts.passwordSetConsequence}</p>
        <Button look="primary" onClick={onDone}>
          {texts.accounts.logIn}
        </Button>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title={texts.accounts.chooseNewPassword}>
      <form className={styles.form} noValidate onSubmit={submit}>
        <Problem problem={errors.form ?? null} />
        <TextField
          label={texts.accounts.newPassword}
          name="password"
          type="password"
          autoComplete="new-password"
          autoFocus
          hint={texts.accounts.passwordHint(PASSWORD_MIN)}
          error={errors.password}
        />
        <Button type="submit" look="primary" busy={action.busy}>
          {action.busy ? texts.accounts.settingPassword : texts.accounts.setPassword}
        </Button>
      </form>
    </AccountFrame>
  );
}
