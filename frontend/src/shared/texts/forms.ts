import { localeOf, type Language } from "./locale";

/** The words for a number of things, by the number's form in the language (CLDR); `other` where no other form fits. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** How one language counts and lists. */
export interface Forms {
  readonly plural: (count: number, words: Plural) => string;
  readonly number: (value: number) => string;
  /** "Ada, Grace and Linus" */
  readonly list: (items: readonly string[]) => string;
}

export function formsOf(language: Language): Forms {
  const locale = localeOf(language);
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const lists = new Intl.ListFormat(locale);
  return {
    plural: (count, words) => words[rules.select(count)] ?? words.other,
    number: (value) => numbers.format(value),
    list: (items) => lists.format(items),
  };
}
