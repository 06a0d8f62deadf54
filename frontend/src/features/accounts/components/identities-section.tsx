import { useCallback } from "react";

import { disconnectIdentity } from "@/features/accounts/api/disconnect-identity";
import { listIdentities } from "@/features/accounts/api/list-identities";
import { identityStart } from "@/features/accounts/lib/identity-outcome";
import { Button } from "@/shared/components/button";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useApi } from "@/shared/services/services";

import { Section } from "./section";
import styles from "./settings.module.css";

/** The account at the identity provider that logs the user in. Nothing where there is no provider. */
export function IdentitiesSection() {
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
    <Section title="Sign-in service" problem={disconnect.problem}>
      <ul className={styles.sessions}>
        {identities.map(({ id, email, created_at }) => (
          <li key={id}>
            <div>
              <p>{email}</p>
              <p className={styles.muted}>Connected {new Date(created_at / 1000).toLocaleDateString()}</p>
            </div>
            <Button small busy={disconnect.busy} onClick={() => void disconnect.run(id)}>
              Disconnect
            </Button>
          </li>
        ))}
      </ul>
      {provider !== null && identities.length === 0 && (
        <p>
          <a href={identityStart({ connect: "yes" })}>Connect {provider}</a>, if your account there has the same email
          address.
        </p>
      )}
    </Section>
  );
}
