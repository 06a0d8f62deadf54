/** In which language the app speaks now. */
import { createStore, type ReadableStore } from "@/shared/lib/store";

import { en, type Texts } from "./en";
import { localeOf, type Language } from "./locale";

export interface Spoken {
  readonly language: Language;
  /** For dates and numbers. */
  readonly locale: string;
  readonly texts: Texts;
}

/** English is there at once; another language is loaded when it is wanted. */
const CATALOGUES: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import("./de")).de,
};

const present = createStore<Spoken>({ language: "en", locale: localeOf("en"), texts: en });
let wanted: Language = "en";

export const spoken: ReadableStore<Spoken> = present;

/** The texts as of now, for what is no component: components render with `useTexts`. */
export function currentTexts(): Texts {
  return present.get().texts;
}

/** Speaks the language from then on. Rejects, and goes on as it was, where its texts cannot be loaded. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  const texts = await CATALOGUES[language]();
  // Another one was chosen while this one was on its way.
  if (wanted !== language) return;
  present.set({ language, locale: localeOf(language), texts });
}
