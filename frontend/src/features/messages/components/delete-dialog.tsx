import { changePane, usePane } from "@/features/messages/lib/pane";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./message-dialogs.module.css";
import { QuotedLine } from "./reply-quote";

/** Asks once more: a deleted text is gone from everywhere. */
export function DeleteDialog({ n }: { readonly n: number }) {
  const texts = useTexts();
  const realtime = useRealtime();
  const { conversation, state } = usePane();
  const close = () => changePane(state, { dialog: null });
  return (
    <Dialog title={texts.messages.deleteThis} onClose={close}>
      <p className={styles.excerpt}>
        <QuotedLine n={n} />
      </p>
      <p>{texts.messages.deleteConsequence}</p>
      <div className={styles.buttons}>
        <Button onClick={close}>{texts.messages.keep}</Button>
        <Button
          look="danger"
          onClick={() => {
            realtime.remove(conversation.room, n);
            close();
          }}
        >
          {texts.messages.delete}
        </Button>
      </div>
    </Dialog>
  );
}
