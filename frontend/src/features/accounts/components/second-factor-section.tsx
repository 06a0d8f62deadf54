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
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { QrCode } from "./qr-code";
import { Section } from "./section";
import styles from "./settings.module.css";

/** Codes of an authenticator app: setting up, the recovery codes, turning off. */
export function SecondFactorSection() {
  const texts = useAllTexts();
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
    <Section title={texts.settings.secondFactor} problem={state.status === "failed" ? state.problem : action.problem}>
      <p>{on ? texts.settings.secondFactorOn(state.answer.codes_left) : texts.settings.secondFactorOff}</p>
      {codes.length > 0 && (
        <>
          <p>{texts.settings.keepCodes}</p>
          <ul className={styles.codes} aria-label={texts.settings.recoveryCodes}>
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </>
      )}
      {setup !== null && (
        <>
          <p>{texts.settings.scan}</p>
          <QrCode text={setup.uri} label={texts.settings.qrCode} />
          <p className={styles.muted}>
            {texts.settings.orEnterKey} <code>{setup.secret}</code>
          </p>
        </>
      )}
      <form className={styles.form} noValidate onSubmit={submit}>
        {setup === null && (
          <TextField label={texts.settings.password} name="password" type="password" autoComplete="current-password" />
        )}
        {(setup !== null || on) && <TextField label={texts.settings.code} name="code" autoComplete="one-time-code" />}
        <Button type="submit" busy={action.busy}>
          {setup !== null ? texts.settings.confirm : on ? texts.settings.turnOff : texts.settings.setUp}
        </Button>
      </form>
    </Section>
  );
}
