import { useSelected } from "@/shared/lib/use-store";
import { useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";

import styles from "./composer.module.css";

const NOBODY: readonly string[] = [];

function sentence(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return "";
  if (second === undefined) return `${first} is typing…`;
  if (names.length === 2) return `${first} and ${second} are typing…`;
  return `${first}, ${second} and others are typing…`;
}

/** Who types in the room. Its height is always there, so that nothing moves. */
export function TypingLine({ room }: { readonly room: string }) {
  const { typing } = useRealtime();
  const ids = useSelected(typing.typing, (rooms) => rooms.get(room) ?? NOBODY);
  const users = useUsers();
  return (
    <p className={styles.typing} aria-live="off">
      {sentence(ids.map((id) => users.get(id)?.name ?? "Somebody"))}
    </p>
  );
}
