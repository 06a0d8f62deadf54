import { useState, type SubmitEvent } from "react";

import { changePassword } from "@/features/accounts/api/change-password";
import { Button } from "@/shared/components/button";
import { TextField } from "@/shared/components/text-field";
import type { ChangePassword } from "@/shared/contract/types";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { Section } from "./section";
import styles from "./settings.module.css";

/** A new password logs out all other devices. */
export function PasswordSection() {
  const texts = useAllTexts();
  const api = useApi();
  const [done, setDone] = useState<string | null>(null);
  const action = useAction(async (body: ChangePassword, form: HTMLFormElement) => {
    setDone(null);
    await changePassword(api, body);
    form.reset();
    setDone(texts.settings.passwordChanged);
  });
  const errors = formErrors(action.error, action.problem, ["password"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { current: textOf(form, "current"), password: textOf(form, "password") };
    void action.run(body, event.currentTarget);
  }

  return (
    <Section title={texts.settings.password} problem={errors.form} done={done}>
      <form className={styles.form} noValidate onSubmit={submit}>
        <TextField
          label={texts.settings.currentPassword}
          name="current"
          type="password"
          autoComplete="current-password"
        />
        <TextField
          label={texts.settings.newPassword}
          name="password"
          type="password"
          autoComplete="new-password"
          error={errors.password}
        />
        <Button type="submit" busy={action.busy}>
          {texts.settings.changePassword}
        </Button>
      </form>
    </Section>
  );
}
