import type { PresenceState } from "@/shared/realtime/presence-watch";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./avatar.module.css";
import { classNames } from "./class-names";

interface AvatarProps {
  readonly id: string;
  readonly name: string;
  /** The place in the palette that the user chose, if any. */
  readonly colour?: number | null | undefined;
  readonly size?: "small" | "medium";
  /** Shows a dot when given. */
  readonly presence?: PresenceState;
}

const HUES = 8;
const graphemes = new Intl.Segmenter();

/** The user's initials on a colour of the user's own. The name stands beside it, so it is hidden from readers. */
export function Avatar({ id, name, colour, size = "medium", presence }: AvatarProps) {
  return (
    <span className={classNames(styles.avatar, styles[size])} data-hue={colour ?? hue(id)} aria-hidden>
      {initials(name)}
      {presence !== undefined && <span className={styles.dot} data-presence={presence} />}
    </span>
  );
}

/** For readers: a dot says nothing to who cannot see it. */
export function PresenceText({ presence }: { readonly presence: PresenceState }) {
  const texts = useTexts();
  return <span className="visually-hidden"> {texts.common.presence[presence]}</span>;
}

function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return (initial(words[0] ?? "?") + initial(last ?? "")).toLocaleUpperCase();
}

/** What a reader takes for the first character; an emoji may be several code points. */
function initial(word: string): string {
  const [first] = graphemes.segment(word);
  return first?.segment ?? "";
}

function hue(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % HUES;
}
