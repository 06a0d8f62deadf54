import { isCounted } from "@/features/messages/lib/characters-left";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./composer.module.css";

interface CharactersLeftProps {
  readonly id: string;
  readonly left: number;
}

/** Told when it matters: near the limit, and beyond it. */
export function CharactersLeft({ id, left }: CharactersLeftProps) {
  const texts = useTexts();
  if (!isCounted(left)) return null;
  return (
    <p id={id} className={styles.count} data-over={left < 0} role={left < 0 ? "alert" : undefined}>
      {left >= 0 ? texts.messages.charactersLeft(left) : texts.messages.charactersOver(-left)}
    </p>
  );
}
