import { useCallback, useState, type SubmitEvent } from "react";

import { beginSecondFactor } from "@/features/accounts/api/begin-second-factor";
import { confirmSecondFactor } from "@/features/accounts/api/confirm-second-factor";
import { loadSecondFactor } from "@/features/accounts/api/load-second-factor";
import { turnOffSecondFactor } from "@/features/accounts/api/turn-off-second-factor";
import { Button } from "@/shared/components/button";
import { TextField } from "@/shared/components/text-field";
import type { SecondFactorSetup } from "@/shared/contract/types";
import { textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useApi } from "@/shared/services/services";

import { QrCode } from "./qr-code";
import { Section } from "./section";
import styles from "./settings.module.css";

/** Codes of an authenticator app: setting up, the recovery codes, turning off. */
export function SecondFactorSection() {
  const api = useApi();
  const state = useRequest(useCallback(() => loadSecondFactor(api), [api]));
  const [setup, setSetup] = useState<SecondFactorSetup | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const action = useAction(async (password: string, code: string) => {
    if (setup !== null) {
      setCodes((await confirmSecondFactor(api, code)).codes);
      setSetup(null);
    } else if (on) {
      await turnOffSecondFactor(api, { password, code });
      setCodes([]);
    } else {
      setSetup(await beginSecondFactor(api, password));
      return;
    }
    state.again();
  });
  const on = state.status === "loaded" && state.answer.on;

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    event.currentTarget.reset();
    void action.run(textOf(form, "password"), textOf(form, "code").trim());
  }

  return (
    <Section title="Second factor" problem={state.status === "failed" ? state.problem : action.problem}>
      <p>{on ? `On. ${state.answer.codes_left} recovery codes are left.` : "Off: your password is enough to log in."}</p>
      {codes.length > 0 && (
        <>
          <p>Keep these codes: each lets you in once without the app. They are not shown again.</p>
          <ul className={styles.codes} aria-label="Recovery codes">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </>
      )}
      {setup !== null && (
        <>
          <p>Scan this with your authenticator app, then enter the code it shows.</p>
          <QrCode text={setup.uri} label="QR code for your authenticator app" />
          <p className={styles.muted}>
            Or enter this key: <code>{setup.secret}</code>
          </p>
        </>
      )}
      <form className={styles.form} noValidate onSubmit={submit}>
        {setup === null && (
          <TextField label="Password" name="password" type="password" autoComplete="current-password" />
        )}
        {(setup !== null || on) && <TextField label="Code" name="code" autoComplete="one-time-code" />}
        <Button type="submit" busy={action.busy}>
          {setup !== null ? "Confirm" : on ? "Turn off" : "Set up"}
        </Button>
      </form>
    </Section>
  );
}
