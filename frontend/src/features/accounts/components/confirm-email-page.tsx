import { useState } from "react";

import { confirmEmail } from "@/features/accounts/api/confirm-email";
import { useFragmentToken } from "@/features/accounts/lib/use-fragment-token";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { AccountFrame } from "./account-frame";

/** Where the link in a mail leads. Pressed, not done at once: mail programs open links by themselves. */
export function ConfirmEmailPage({ onDone }: { readonly onDone: () => void }) {
  const texts = useTexts();
  const api = useApi();
  const token = useFragmentToken();
  const [done, setDone] = useState(false);
  const action = useAction(async () => {
    await confirmEmail(api, token);
    setDone(true);
  });
  return (
    <AccountFrame title={texts.accounts.confirmEmail}>
      <Problem problem={action.problem} />
      {done ? (
        <>
          <p role="status">{texts.accounts.emailConfirmed}</p>
          <Button look="primary" onClick={onDone}>
            {texts.accounts.goOn}
          </Button>
        </>
      ) : (
        <Button look="primary" busy={action.busy} onClick={() => void action.run()}>
          {texts.accounts.confirm}
        </Button>
      )}
    </AccountFrame>
  );
}
