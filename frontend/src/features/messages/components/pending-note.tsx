import { Button } from "@/shared/components/button";
import type { Outbox, PendingMessage } from "@/shared/realtime/outbox";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./message-group.module.css";

interface PendingNoteProps {
  readonly message: PendingMessage;
  readonly outbox: Outbox;
}

/** What the user can do about a message that does not get through. */
export function PendingNote({ message, outbox }: PendingNoteProps) {
  const texts = useTexts();
  const { id, refusal, late } = message;
  if (refusal === null && !late) return <span className="visually-hidden">{texts.messages.sending}</span>;
  return (
    <div className={styles.note} role={refusal === null ? "status" : "alert"}>
      <span className={refusal === null ? undefined : styles.refused}>
        {refusal === null ? texts.messages.notSent : texts.errors.refusal(refusal)}
      </span>
      <Button small onClick={() => outbox.retry(id)}>
        {texts.messages.retry}
      </Button>
      <Button small look="danger" onClick={() => outbox.discard(id)}>
        {texts.messages.delete}
      </Button>
    </div>
  );
}
