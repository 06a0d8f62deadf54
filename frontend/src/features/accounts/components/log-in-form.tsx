import { useState, type SubmitEvent } from "react";

import { logIn } from "@/features/accounts/api/log-in";
import { hasCode } from "@/shared/api/api-error";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { formErrors, textOf, type FormErrors } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";

import styles from "./account-card.module.css";

type Field = "login" | "password" | "code";

export function LogInForm() {
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
    if (login === "") found.login = "Enter your name or email.";
    if (password === "") found.password = "Enter your password.";
    const code = textOf(form, "code").trim();
    if (coded && code === "") found.code = "Enter the code of your authenticator app.";
    setMissing(found);
    if (Object.keys(found).length === 0) void action.run(login, password, code);
  }

  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <Problem problem={errors.form ?? null} />
      <TextField label="Name or email" name="login" autoComplete="username" autoFocus error={errors.login} />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={errors.password}
      />
      {coded && (
        <TextField
          label="Code"
          name="code"
          autoComplete="one-time-code"
          autoFocus
          hint="Of your authenticator app, or a recovery code."
          error={errors.code}
        />
      )}
      <Button type="submit" look="primary" busy={action.busy}>
        {action.busy ? "Logging in…" : "Log in"}
      </Button>
    </form>
  );
}
