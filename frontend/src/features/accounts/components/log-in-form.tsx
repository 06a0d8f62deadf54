import { useState, type SubmitEvent } from "react";

import { logIn } from "@/features/accounts/api/log-in";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { formErrors, textOf, type FormErrors } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";

import styles from "./account-card.module.css";

type Field = "login" | "password";

export function LogInForm() {
  const session = useSession();
  const [missing, setMissing] = useState<FormErrors<Field>>({});
  const action = useAction(async (login: string, password: string) => {
    await logIn(session.api, { login, password });
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
    setMissing(found);
    if (Object.keys(found).length === 0) void action.run(login, password);
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
      <Button type="submit" look="primary" busy={action.busy}>
        {action.busy ? "Logging in…" : "Log in"}
      </Button>
    </form>
  );
}
