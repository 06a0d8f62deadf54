/** In which language the app speaks now. */
import { createStore, type ReadableStore } from "@/shared/lib/store";

import type { Texts } from "./en";
import { first, type FirstTexts } from "./en/first";
import { localeOf, type Language } from "./locale";

export interface Spoken {
  readonly language: Language;
  /** For dates and numbers. */
  readonly locale: string;
  readonly texts: FirstTexts;
  /** Null in English: a page that is loaded on demand brings its own along. */
  readonly all: Texts | null;
}

type Catalogue = Pick<Spoken, "texts" | "all">;

const ENGLISH: Catalogue = { texts: first, all: null };

/** English is there at once; another language is loaded, as a whole, when it is wanted. */
const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => Promise.resolve(ENGLISH),
  de: async () => {
    const { de } = await import("./de");
    return { texts: de, all: de };
  },
};

const present = createStore<Spoken>({ language: "en", locale: localeOf("en"), ...ENGLISH });
let wanted: Language = "en";

export const spoken: ReadableStore<Spoken> = present;

/** The texts as of now, for what is no component: components render with `useTexts`. */
export function currentTexts(): FirstTexts {
  return present.get().texts;
}

/** Speaks the language from then on. Rejects, and goes on as it was, where its texts cannot be loaded. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  const catalogue = await CATALOGUES[language]();
  // Another one was chosen while this one was on its way.
  if (wanted !== language) return;
  present.set({ language, locale: localeOf(language), ...catalogue });
}
