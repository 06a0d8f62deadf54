/** What the emoji dialog shows: everything in its categories, or what was looked for. */
import { soleEmoji, USUAL_EMOJI } from "./emoji";
import { matchingEmoji, type Emoji } from "./emoji-names";

export interface EmojiGroup {
  /** A category of gemoji, or `usual`, `entered`, `found`: how they came together. */
  readonly name: string;
  readonly emoji: readonly Pick<Emoji, "emoji" | "description">[];
}

/** The groups in which nothing is empty: of what matches when something was typed, which may be an emoji itself. */
export function emojiGroups(all: readonly Emoji[], typed: string): EmojiGroup[] {
  const sought = typed.trim().replaceAll(":", "");
  if (sought === "") return [{ name: "usual", emoji: usual(all) }, ...categories(all)];
  const entered = soleEmoji(sought);
  // One that is newer than the list of names is as good.
  if (entered !== null) return [{ name: "entered", emoji: [{ emoji: entered, description: described(all, entered) }] }];
  const found = matchingEmoji(all, sought);
  return found.length === 0 ? [] : [{ name: "found", emoji: found }];
}

function usual(all: readonly Emoji[]): EmojiGroup["emoji"] {
  return USUAL_EMOJI.map((emoji) => ({ emoji, description: described(all, emoji) }));
}

function described(all: readonly Emoji[], emoji: string): string {
  return all.find((it) => it.emoji === emoji)?.description ?? emoji;
}

function categories(all: readonly Emoji[]): EmojiGroup[] {
  const names = new Set(all.map(({ category }) => category));
  return [...names].map((name) => ({ name, emoji: all.filter(({ category }) => category === name) }));
}
