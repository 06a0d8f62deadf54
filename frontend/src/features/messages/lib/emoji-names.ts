/** Emoji by the names that people type between colons; which they are is loaded when it is first asked. */
import type { Gemoji } from "gemoji";

const SUGGESTIONS = 6;
/** Shorter ones are faces made of signs, as `:D`. */
const TYPED_MIN = 2;
const NAME = /^[\p{L}\p{N}_+-]+$/u;
const WORD = /[\p{L}\p{N}_:/]/u;
const NAMED = /:([\p{L}\p{N}_+-]{1,50}):$/u;

export type Emoji = Pick<Gemoji, "emoji" | "names" | "tags" | "description" | "category">;

/** All emoji in the order of Unicode, with the names and tags that GitHub gives them. */
export async function loadEmoji(): Promise<readonly Emoji[]> {
  const { gemoji } = await import("gemoji");
  return gemoji;
}

/** What is being typed after a colon: where that stands, and what follows it so far. */
export interface EmojiQuery {
  readonly at: number;
  readonly typed: string;
}

/** The name of an emoji that is being typed at the caret, if one is. */
export function emojiQuery(text: string, caret: number): EmojiQuery | null {
  const at = caret === 0 ? -1 : text.lastIndexOf(":", caret - 1);
  if (at === -1 || !beginsName(text, at)) return null;
  const typed = text.slice(at + 1, caret);
  return typed.length >= TYPED_MIN && NAME.test(typed) ? { at, typed } : null;
}

/** Where the name that ends at the caret with its second colon begins, and the emoji it names; null for any other. */
export function namedEmoji(
  all: readonly Emoji[],
  text: string,
  caret: number,
): { readonly at: number; readonly emoji: string } | null {
  const match = NAMED.exec(text.slice(0, caret));
  if (match === null || !beginsName(text, match.index)) return null;
  const name = match[1]?.toLowerCase() ?? "";
  const emoji = all.find(({ names }) => names.includes(name))?.emoji;
  return emoji === undefined ? null : { at: match.index, emoji };
}

/** The likeliest of those that match what was typed. */
export function suggestedEmoji(all: readonly Emoji[], typed: string): Emoji[] {
  return matchingEmoji(all, typed).slice(0, SUGGESTIONS);
}

/** Emoji of which a name begins as typed, then those of which a later word of a name or a tag does. */
export function matchingEmoji(all: readonly Emoji[], typed: string): Emoji[] {
  const start = typed.toLowerCase().replaceAll(" ", "_");
  const named = all.filter(({ names }) => names.some((name) => name.startsWith(start)));
  const others = all.filter(
    (emoji) =>
      !named.includes(emoji) &&
      (emoji.tags.some((tag) => tag.startsWith(start)) || emoji.names.some((name) => name.includes(`_${start}`))),
  );
  // Who types a whole name means that one.
  const exact = named.filter(({ names }) => names.includes(start));
  return [...new Set([...exact, ...named, ...others])];
}

/** The name to show, of several that which begins as typed. */
export function shownName({ names }: Emoji, typed: string): string {
  return names.find((name) => name.startsWith(typed.toLowerCase())) ?? names[0] ?? "";
}

/** A colon within a word, a time or an address names nothing. */
function beginsName(text: string, at: number): boolean {
  return at === 0 || !WORD.test(text.charAt(at - 1));
}
