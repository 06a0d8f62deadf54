import { localeOf, type Language } from "./locale";

/** The words for a number of things, by the number's form in the language (CLDR); `other` where no other form fits. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** How one language counts and lists. */
export interface Forms {
  readonly plural: (count: number, words: Plural) => string;
  readonly number: (value: number) => string;
  /** So many seconds, as whole seconds, minutes, hours or days. */
  readonly duration: (seconds: number) => string;
  readonly milliseconds: (value: number) => string;
  /** "Ada, Grace and Linus" */
  readonly list: (items: readonly string[]) => string;
}

const SECOND = ["second", 1] as const;
const LONGER = [["day", 86_400], ["hour", 3_600], ["minute", 60]] as const;

export function formsOf(language: Language): Forms {
  const locale = localeOf(language);
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const lists = new Intl.ListFormat(locale);
  const measured = (value: number, unit: string, maximumFractionDigits = 0) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits }).format(value);
  return {
    plural: (count, words) => words[rules.select(count)] ?? words.other,
    number: (value) => numbers.format(value),
    duration: (seconds) => {
      const [unit, length] = LONGER.find((it) => seconds >= 2 * it[1]) ?? SECOND;
      return measured(seconds / length, unit);
    },
    milliseconds: (value) => measured(value, "millisecond", value < 10 ? 1 : 0),
    list: (items) => lists.format(items),
  };
}
