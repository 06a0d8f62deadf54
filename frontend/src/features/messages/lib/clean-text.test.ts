import { expect, test } from "vitest";

import { countCharacters } from "@/shared/lib/characters";

import { cleanText } from "./clean-text";

test.each([
  ["\n\n  indented\nsecond  \n\n", "  indented\nsecond"],
  [" \n", ""],
  ["as it is", "as it is"],
])("%j becomes %j", (text, cleaned) => {
  expect(cleanText(text)).toBe(cleaned);
});

test.each([
  ["", 0],
  ["abc", 3],
  ["a😀b", 3],
  ["\ud83d", 1],
])("%j has %i characters", (text, count) => {
  expect(countCharacters(text)).toBe(count);
});
