import { type SubmitEvent } from "react";

import { deleteAccount } from "@/features/accounts/api/delete-account";
import { exportAccount } from "@/features/accounts/api/export-account";
import { Button } from "@/shared/components/button";
import { TextField } from "@/shared/components/text-field";
import { textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useSession } from "@/shared/services/services";

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
    <Section title="Your data" problem={take.problem ?? erase.problem}>
      <div>
        <Button busy={take.busy} onClick={() => void take.run()}>
          {take.busy ? "Gathering your data…" : "Download your data"}
        </Button>
      </div>
      <p className={styles.muted}>
        Deleting your account cannot be undone. Your messages stay, as those of a deleted user; all else goes.
      </p>
      <form className={styles.form} noValidate onSubmit={submit}>
        <TextField
          label="Password to delete your account"
          name="password"
          type="password"
          autoComplete="current-password"
        />
        <Button type="submit" look="danger" busy={erase.busy}>
          Delete account
        </Button>
      </form>
    </Section>
  );
}
