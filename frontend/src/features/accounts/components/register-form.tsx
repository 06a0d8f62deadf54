import { useState, type SubmitEvent } from "react";

import { register } from "@/features/accounts/api/register";
import { useFragmentToken } from "@/features/accounts/lib/use-fragment-token";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { EMAIL_LENGTH, NAME_LENGTH, PASSWORD_MAX, PASSWORD_MIN } from "@/shared/contract/limits";
import type { Register } from "@/shared/contract/types";
import { countCharacters } from "@/shared/lib/characters";
import { formErrors, textOf, type FormErrors } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";
import type { Texts } from "@/shared/texts/en";
import { useTexts } from "@/shared/texts/use-texts";

import { IdentityLink } from "./identity-link";
import styles from "./account-card.module.css";

type Field = "name" | "email" | "password";

function check({ name, email, password }: Register, texts: Texts["accounts"]): FormErrors<Field> {
  const found: FormErrors<Field> = {};
  if (name === "") found.name = texts.nameMissing;
  if (!/^[^@\s]+@[^@\s]+$/u.test(email)) found.email = texts.emailMissing;
  const length = countCharacters(password);
  if (length < PASSWORD_MIN) found.password = texts.passwordTooShort(PASSWORD_MIN);
  if (length > PASSWORD_MAX) found.password = texts.passwordTooLong(PASSWORD_MAX);
  return found;
}

export function RegisterForm() {
  const texts = useTexts();
  const session = useSession();
  const invite = useFragmentToken("invite");
  const [wrong, setWrong] = useState<FormErrors<Field>>({});
  const action = useAction(async (body: Register) => {
    await register(session.api, { ...body, invite: invite === "" ? null : invite });
    await session.enter();
  });
  const errors = { ...formErrors<Field>(action.error, action.problem, ["name", "email", "password"]), ...wrong };

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = {
      name: textOf(form, "name").trim(),
      email: textOf(form, "email").trim(),
      password: textOf(form, "password"),
    };
    const found = check(body, texts.accounts);
    setWrong(found);
    if (Object.keys(found).length === 0) void action.run(body);
  }

  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <Problem problem={errors.form ?? null} />
      <TextField
        label={texts.accounts.name}
        name="name"
        autoComplete="nickname"
        autoFocus
        maxLength={NAME_LENGTH}
        error={errors.name}
      />
      <TextField
        label={texts.accounts.email}
        name="email"
        type="email"
        autoComplete="email"
        maxLength={EMAIL_LENGTH}
        error={errors.email}
      />
      <TextField
        label={texts.accounts.password}
        name="password"
        type="password"
        autoComplete="new-password"
        hint={texts.accounts.passwordHint(PASSWORD_MIN)}
        error={errors.password}
      />
      <Button type="submit" look="primary" busy={action.busy}>
        {action.busy ? texts.accounts.creatingAccount : texts.accounts.createAccount}
      </Button>
      <IdentityLink invite={invite} />
    </form>
  );
}
