import { usePane } from "@/features/messages/lib/pane";
import type { Message, Reaction } from "@/shared/contract/types";
import { useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./reactions.module.css";

const NAMED = 10;

/** What people think of a message; a click joins them, or takes one's own back. */
export function Reactions({ message }: { readonly message: Message }) {
  const texts = useTexts();
  if (message.reactions.length === 0) return null;
  return (
    <ul className={styles.reactions} aria-label={texts.messages.reactions}>
      {message.reactions.map((reaction) => (
        <li key={reaction.emoji}>
          <ReactionButton message={message} reaction={reaction} />
        </li>
      ))}
    </ul>
  );
}

interface ReactionButtonProps {
  readonly message: Message;
  readonly reaction: Reaction;
}

function ReactionButton({ message, reaction: { emoji, users } }: ReactionButtonProps) {
  const texts = useTexts();
  const realtime = useRealtime();
  const { rights } = usePane();
  const known = useUsers();
  const { you, somebody, reactedBy, reaction } = texts.messages;
  const names = users.slice(0, NAMED).map((id) => (id === realtime.me.id ? you : (known.get(id)?.name ?? somebody)));
  const who = reactedBy(names, users.length - names.length);
  return (
    <button
      type="button"
      className={styles.reaction}
      aria-pressed={users.includes(realtime.me.id)}
      aria-label={reaction(emoji, users.length, who)}
      title={who}
      disabled={!rights.speak}
      onClick={() => realtime.react(message, emoji)}
    >
      <span aria-hidden>{emoji}</span>
      <span className={styles.count} aria-hidden>
        {users.length}
      </span>
    </button>
  );
}
