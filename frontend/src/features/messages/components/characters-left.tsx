import { isCounted } from "@/features/messages/lib/characters-left";

import styles from "./composer.module.css";

interface CharactersLeftProps {
  readonly id: string;
  readonly left: number;
}

/** Told when it matters: near the limit, and beyond it. */
export function CharactersLeft({ id, left }: CharactersLeftProps) {
  if (!isCounted(left)) return null;
  return (
    <p id={id} className={styles.count} data-over={left < 0} role={left < 0 ? "alert" : undefined}>
      {left >= 0
        ? `${left} ${left === 1 ? "character" : "characters"} left`
        : `${-left} characters too long: shorten it to send it`}
    </p>
  );
}
