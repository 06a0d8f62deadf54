import { useCallback } from "react";

import { endOtherSessions } from "@/features/accounts/api/end-other-sessions";
import { endSession } from "@/features/accounts/api/end-session";
import { listSessions } from "@/features/accounts/api/list-sessions";
import { deviceName } from "@/features/accounts/lib/device-name";
import { Button } from "@/shared/components/button";
import { momentText } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useApi } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { Section } from "./section";
import styles from "./settings.module.css";

/** Where the user is logged in. */
export function SessionsSection() {
  const texts = useAllTexts();
  const api = useApi();
  const request = useRequest(useCallback(() => listSessions(api), [api]));
  const end = useAction(async (session: string | null) => {
    await (session === null ? endOtherSessions(api) : endSession(api, session));
    request.again();
  });
  const sessions = request.status === "loaded" ? request.answer.sessions : [];
  return (
    <Section title={texts.settings.devices} problem={request.status === "failed" ? request.problem : end.problem}>
      <ul className={styles.sessions}>
        {sessions.map(({ id, agent, address, used_at, current }) => (
          <li key={id}>
            <div>
              <p>
                {deviceName(agent, texts.settings)}
                {current && ` ${texts.settings.thisOne}`}
              </p>
              <p className={styles.muted}>{texts.settings.lastUsed(address, momentText(used_at))}</p>
            </div>
            {!current && (
              <Button small busy={end.busy} onClick={() => void end.run(id)}>
                {texts.settings.logOut}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button look="danger" busy={end.busy} onClick={() => void end.run(null)}>
          {texts.settings.logOutOthers}
        </Button>
      )}
    </Section>
  );
}
