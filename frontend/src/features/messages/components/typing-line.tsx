import { useSelected } from "@/shared/lib/use-store";
import { useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./composer.module.css";

const NOBODY: readonly string[] = [];

/** Who types in the room. Its height is always there, so that nothing moves. */
export function TypingLine({ room }: { readonly room: string }) {
  const texts = useTexts();
  const { typing } = useRealtime();
  const ids = useSelected(typing.typing, (rooms) => rooms.get(room) ?? NOBODY);
  const users = useUsers();
  const names = ids.map((id) => users.get(id)?.name ?? texts.common.somebody);
  return (
    <p className={styles.typing} aria-live="off">
      {names.length > 0 && texts.messages.typing(names)}
    </p>
  );
}
