import { useCallback, useState } from "react";

import { connectIdentity } from "@/features/accounts/api/connect-identity";
import { declineIdentity } from "@/features/accounts/api/decline-identity";
import { listIdentities } from "@/features/accounts/api/list-identities";
import { forgetIdentityOutcome, identityOutcome } from "@/features/accounts/lib/identity-outcome";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useApi } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./settings.module.css";

/** Tells who is logged in how it ended at the identity provider, and asks before anything is connected. */
export function IdentityConsent() {
  const texts = useTexts();
  const [outcome, setOutcome] = useState(() => identityOutcome(location.search));
  const close = () => {
    forgetIdentityOutcome();
    setOutcome({ step: null, sentence: null });
  };
  if (outcome.step === "connect") return <Question onClose={close} />;
  if (outcome.sentence === null) return null;
  return (
    <Dialog title={texts.accounts.signingIn} onClose={close}>
      <p>{outcome.sentence}</p>
      <Button onClick={close}>{texts.common.close}</Button>
    </Dialog>
  );
}

function Question({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const api = useApi();
  const found = useRequest(useCallback(() => listIdentities(api), [api]));
  const answer = useAction(async (yes: boolean) => {
    await (yes ? connectIdentity(api) : declineIdentity(api));
    onClose();
  });
  if (found.status === "loading") return null;
  if (found.status === "failed" || found.answer.asked === null) {
    return (
      <Dialog title={texts.accounts.nothingToConnect} onClose={onClose}>
        <p>{found.status === "failed" ? found.problem : texts.accounts.connectOver}</p>
        <Button onClick={onClose}>{texts.common.close}</Button>
      </Dialog>
    );
  }
  const name = found.answer.provider ?? texts.accounts.signInService;
  return (
    <Dialog title={texts.accounts.connectTo(name)} onClose={() => void answer.run(false)}>
      <p>{texts.accounts.connectConsequence(found.answer.asked, name)}</p>
      <Problem problem={answer.problem} />
      <div className={styles.answers}>
        <Button busy={answer.busy} onClick={() => void answer.run(false)}>
          {texts.accounts.notNow}
        </Button>
        <Button look="primary" busy={answer.busy} onClick={() => void answer.run(true)}>
          {texts.accounts.connect}
        </Button>
      </div>
    </Dialog>
  );
}
