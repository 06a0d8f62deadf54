import { usePane } from "@/features/messages/lib/pane";
import type { Message, Reaction } from "@/shared/contract/types";
import { useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";

import styles from "./reactions.module.css";

const NAMED = 10;

/** What people think of a message; a click joins them, or takes one's own back. */
export function Reactions({ message }: { readonly message: Message }) {
  if (message.reactions.length === 0) return null;
  return (
    <ul className={styles.reactions} aria-label="Reactions">
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
  const realtime = useRealtime();
  const { rights } = usePane();
  const known = useUsers();
  const names = users.slice(0, NAMED).map((id) => (id === realtime.me.id ? "you" : (known.get(id)?.name ?? "somebody")));
  const more = users.length - names.length;
  const who = `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return (
    <button
      type="button"
      className={styles.reaction}
      aria-pressed={users.includes(realtime.me.id)}
      aria-label={`${emoji} ${users.length}: ${who}`}
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
