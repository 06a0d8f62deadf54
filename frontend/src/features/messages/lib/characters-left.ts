import { TEXT_LENGTH } from "@/shared/contract/limits";
import { countCharacters } from "@/shared/lib/characters";

/** The count shows when so few characters are left. */
const COUNT_FROM = 500;

/** How many characters the text may still grow by; negative when it is too long. */
export function charactersLeft(text: string): number {
  return TEXT_LENGTH - countCharacters(text);
}

export function isCounted(left: number): boolean {
  return left < COUNT_FROM;
}
