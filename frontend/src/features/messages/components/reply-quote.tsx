import { CornerUpRight } from "lucide-react";
import { useEffect } from "react";

import { jumpTo } from "@/features/messages/lib/jump";
import { usePane } from "@/features/messages/lib/pane";
import { plainText } from "@/features/messages/lib/plain-text";
import type { Message } from "@/shared/contract/types";
import { useSelected } from "@/shared/lib/use-store";
import { messageAt } from "@/shared/realtime/room-log";
import { useHasBlocked, useRooms, useUser, useUsers } from "@/shared/services/selectors";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./reply-quote.module.css";

/** The message with this number as it is now: loaded by itself where it is not there. */
function useMessage(n: number): Message | undefined {
  const { conversation } = usePane();
  const message = useSelected(conversation.log, (log) => messageAt(log, n));
  const missing = message === undefined;
  useEffect(() => {
    if (missing) void conversation.need(n);
  }, [conversation, n, missing]);
  return message;
}

/** What a message answers, above it: who said it and its first line. A click leads there. */
export function ReplyQuote({ n }: { readonly n: number }) {
  const texts = useTexts();
  const pane = usePane();
  return (
    <button type="button" className={styles.quote} onClick={() => void jumpTo(pane, n)}>
      <CornerUpRight size={13} aria-hidden />
      <span className="visually-hidden">{texts.messages.answering} </span>
      <QuotedLine n={n} />
    </button>
  );
}

/** The quoted author and the first line. */
export function QuotedLine({ n }: { readonly n: number }) {
  const texts = useTexts();
  const message = useMessage(n);
  const author = useUser(message?.sender ?? "")?.name ?? texts.common.somebody;
  const folded = useHasBlocked(message?.sender ?? "");
  const users = useUsers();
  const rooms = useRooms();
  if (message === undefined) return <span className={styles.line}>…</span>;
  const [first = ""] = plainText(message.text, users, rooms).split("\n", 1);
  const kept = folded ? texts.messages.ofBlocked : message.deleted_at !== null ? texts.messages.deleted : null;
  return (
    <span className={styles.line}>
      <strong>{author}</strong> {kept === null ? first : <em>{kept}</em>}
    </span>
  );
}
