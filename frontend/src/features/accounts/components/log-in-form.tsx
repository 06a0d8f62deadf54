import { useState, type SubmitEvent } from "react";

import { logIn } from "@/features/accounts/api/log-in";
import { hasCode } from "@/shared/api/api-error";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { formErrors, textOf, type FormErrors } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./account-card.module.css";

type Field = "login" | "password" | "code";

export function LogInForm() {
  const texts = useTexts();
  const session = useSession();
  const [missing, setMissing] = useState<FormErrors<Field>>({});
  const [coded, setCoded] = useState(false);
  const action = useAction(async (login: string, password: string, code: string) => {
    try {
      await logIn(session.api, { login, password, code: code === "" ? null : code });
    } catch (error) {
      if (!hasCode(error, "second_factor")) throw error;
      setCoded(true);
      return;
    }
    await session.enter();
  });
  const errors = { ...formErrors<Field>(action.error, action.problem, ["login", "password"]), ...missing };

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const login = textOf(form, "login").trim();
    const password = textOf(form, "password");
    const found: FormErrors<Field> = {};
    if (login === "") found.login = texts.accounts.nameOrEmailMissing;
    if (password === "") found.password = texts.accounts.passwordMissing;
    const code = textOf(form, "code").trim();
    if (coded && code === "") found.code = texts.accounts.codeMissing;
    setMissing(found);
    if (Object.keys(found).length === 0) void action.run(login, password, code);
  }

  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <Problem problem={errors.form ?? null} />
      <TextField
        label={texts.accounts.nameOrEmail}
        name="login"
        autoComplete="username"
        autoFocus
        error={errors.login}
      />
      <TextField
        label={texts.accounts.password}
        name="password"
        type="password"
        autoComplete="current-password"
        error={errors.password}
      />
      {coded && (
        <TextField
          label={texts.accounts.code}
          name="code"
          autoComplete="one-time-code"
          autoFocus
          hint={texts.accounts.codeHint}
          error={errors.code}
        />
      )}
      <Button type="submit" look="primary" busy={action.busy}>
        {action.busy ? texts.accounts.loggingIn : texts.accounts.logIn}
      </Button>
    </form>
  );
}
