import { expect, test } from "vitest";

import { languageOf, localeOf } from "./locale";

test.each([
  [["de-DE", "en"], "de"],
  [["de"], "de"],
  [["fr-FR", "de-AT", "en-GB"], "de"],
  [["en-GB", "de"], "en"],
  [["fr", "ja-JP"], "en"],
  [["DE-de"], "de"],
  [["den"], "en"],
  [[], "en"],
] as const)("who wishes for %j reads %s", (wished, language) => {
  expect(languageOf(wished)).toBe(language);
});

test("dates and numbers are as in the reader's region, where that speaks the language", () => {
  expect(localeOf("de", ["en-US", "de-AT"])).toBe("de-AT");
  expect(localeOf("en", ["de-DE", "en-GB", "en-US"])).toBe("en-GB");
  expect(localeOf("de", ["en-GB"])).toBe("de");
});
