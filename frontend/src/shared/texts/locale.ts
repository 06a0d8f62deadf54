/** Which of the languages that Parley speaks is the reader's, and how that is written where the reader lives. */

/** By their own names. */
export const LANGUAGE_NAMES = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof LANGUAGE_NAMES;

export function isLanguage(tag: unknown): tag is Language {
  return typeof tag === "string" && Object.hasOwn(LANGUAGE_NAMES, tag);
}

/** The first of the wished languages, as browsers list them (`de-AT`, `en`), that Parley speaks; else English. */
export function languageOf(wished: readonly string[] = navigator.languages): Language {
  return wished.map(primary).find(isLanguage) ?? "en";
}

/** The language as the reader's region has it, for dates and numbers: `de-AT` where that is wished. */
export function localeOf(language: Language, wished: readonly string[] = navigator.languages): string {
  return wished.find((tag) => primary(tag) === language) ?? language;
}

function primary(tag: string): string {
  return tag.split("-", 1)[0]?.toLowerCase() ?? "";
}
