import { type SubmitEvent } from "react";

import { deleteAccount } from "@/features/accounts/api/delete-account";
import { exportAccount } from "@/features/accounts/api/export-account";
import { Button } from "@/shared/components/button";
import { TextField } from "@/shared/components/text-field";
import { textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { Section } from "./section";
import styles from "./settings.module.css";

function save(name: string, content: object): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Taking one's data along, and deleting the account. */
export function DataSection() {
  const texts = useAllTexts();
  const session = useSession();
  const take = useAction(async () => save("parley.json", await exportAccount(session.api)));
  const erase = useAction(async (password: string) => {
    await deleteAccount(session.api, password);
    session.end();
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    void erase.run(textOf(new FormData(event.currentTarget), "password"));
  }

  return (
    <Section title={texts.settings.data} problem={take.problem ?? erase.problem}>
      <div>
        <Button busy={take.busy} onClick={() => void take.run()}>
          {take.busy ? texts.settings.gathering : texts.settings.download}
        </Button>
      </div>
      <p className={styles.muted}>{texts.settings.deleteConsequence}</p>
      <form className={styles.form} noValidate onSubmit={submit}>
        <TextField
          label={texts.settings.passwordToDelete}
          name="password"
          type="password"
          autoComplete="current-password"
        />
        <Button type="submit" look="danger" busy={erase.busy}>
          {texts.settings.deleteAccount}
        </Button>
      </form>
    </Section>
  );
}
