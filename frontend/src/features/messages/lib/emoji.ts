import { EMOJI_LENGTH } from "@/shared/contract/limits";
import { countCharacters } from "@/shared/lib/characters";

/** The row that is offered first. */
export const USUAL_EMOJI = ["👍", "❤️", "😂", "🎉", "👀", "✅"] as const;

const PICTURE = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u;
const TEXT = /[\p{L}\s\p{Cc}]/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The one emoji that the text is, or null for anything else. */
export function soleEmoji(text: string): string | null {
  const emoji = text.trim();
  if (!PICTURE.test(emoji) || TEXT.test(emoji) || countCharacters(emoji) > EMOJI_LENGTH) return null;
  return [...graphemes.segment(emoji)].length === 1 ? emoji : null;
}
