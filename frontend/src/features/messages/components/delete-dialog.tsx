import { changePane, usePane } from "@/features/messages/lib/pane";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { useRealtime } from "@/shared/services/services";

import styles from "./message-dialogs.module.css";
import { QuotedLine } from "./reply-quote";

/** Asks once more: a deleted text is gone from everywhere. */
export function DeleteDialog({ n }: { readonly n: number }) {
  const realtime = useRealtime();
  const { conversation, state } = usePane();
  const close = () => changePane(state, { dialog: null });
  return (
    <Dialog title="Delete this message?" onClose={close}>
      <p className={styles.excerpt}>
        <QuotedLine n={n} />
      </p>
      <p>Its text disappears for everybody, for good.</p>
      <div className={styles.buttons}>
        <Button onClick={close}>Keep it</Button>
        <Button
          look="danger"
          onClick={() => {
            realtime.remove(conversation.room, n);
            close();
          }}
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
