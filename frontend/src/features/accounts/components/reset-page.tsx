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

import styles from "./account-card.module.css";
import { AccountFrame } from "./account-frame";

/** Where the link in a mail leads: a new password. */
export function ResetPage({ onDone }: { readonly onDone: () => void }) {
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
      <AccountFrame title="Your password is set">
        <p role="status">All your devices were logged out. Log in with the new password.</p>
        <Button look="primary" onClick={onDone}>
          Log in
        </Button>
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title="Choose a new password">
      <form className={styles.form} noValidate onSubmit={submit}>
        <Problem problem={errors.form ?? null} />
        <TextField
          label="New password"
          name="password"
          type="password"
          autoComplete="new-password"
          autoFocus
          hint={`At least ${PASSWORD_MIN} characters. A few words make a good one.`}
          error={errors.password}
        />
        <Button type="submit" look="primary" busy={action.busy}>
          {action.busy ? "Setting the password…" : "Set password"}
        </Button>
      </form>
    </AccountFrame>
  );
}
