import { useCallback } from "react";

import { disconnectIdentity } from "@/features/accounts/api/disconnect-identity";
import { listIdentities } from "@/features/accounts/api/list-identities";
import { identityStart } from "@/features/accounts/lib/identity-outcome";
import { Button } from "@/shared/components/button";
import { dateText } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useApi } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { Section } from "./section";
import styles from "./settings.module.css";

/** The account at the identity provider that logs the user in. Nothing where there is no provider. */
export function IdentitiesSection() {
  const texts = useAllTexts();
  const api = useApi();
  const request = useRequest(useCallback(() => listIdentities(api), [api]));
  const disconnect = useAction(async (identity: string) => {
    await disconnectIdentity(api, identity);
    request.again();
  });
  if (request.status !== "loaded") return null;
  const { provider, identities } = request.answer;
  if (provider === null && identities.length === 0) return null;
  return (
    <Section title={texts.settings.signInService} problem={disconnect.problem}>
      <ul className={styles.sessions}>
        {identities.map(({ id, email, created_at }) => (
          <li key={id}>
            <div>
              <p>{email}</p>
              <p className={styles.muted}>{texts.settings.connected(dateText(created_at))}</p>
            </div>
            <Button small busy={disconnect.busy} onClick={() => void disconnect.run(id)}>
              {texts.settings.disconnect}
            </Button>
          </li>
        ))}
      </ul>
      {provider !== null && identities.length === 0 && (
        <p>
          <a href={identityStart({ connect: "yes" })}>{texts.settings.connect(provider)}</a>
          {texts.settings.connectCondition}
        </p>
      )}
    </Section>
  );
}
