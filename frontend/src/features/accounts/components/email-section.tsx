import { useState, type SubmitEvent } from "react";

import { changeEmail } from "@/features/accounts/api/change-email";
import { Button } from "@/shared/components/button";
import { TextField } from "@/shared/components/text-field";
import { EMAIL_LENGTH } from "@/shared/contract/limits";
import type { ChangeEmail } from "@/shared/contract/types";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { Section } from "./section";
import styles from "./settings.module.css";

/** Another address counts once the link sent to it was opened. */
export function EmailSection() {
  const texts = useAllTexts();
  const api = useApi();
  const { me } = useRealtime();
  const [done, setDone] = useState<string | null>(null);
  const action = useAction(async (body: ChangeEmail) => {
    setDone(null);
    await changeEmail(api, body);
    setDone(texts.settings.emailSent(body.email));
  });
  const errors = formErrors(action.error, action.problem, ["email"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void action.run({ email: textOf(form, "email").trim(), password: textOf(form, "password") });
  }

  return (
    <Section title={texts.settings.email} problem={errors.form} done={done}>
      <p className={styles.muted}>{texts.settings.emailNow(me.email)}</p>
      <form className={styles.form} noValidate onSubmit={submit}>
        <TextField
          label={texts.settings.newEmail}
          name="email"
          type="email"
          autoComplete="email"
          maxLength={EMAIL_LENGTH}
          error={errors.email}
        />
        <TextField label={texts.settings.yourPassword} name="password" type="password" autoComplete="current-password" />
        <Button type="submit" busy={action.busy}>
          {texts.settings.changeEmail}
        </Button>
      </form>
    </Section>
  );
}
