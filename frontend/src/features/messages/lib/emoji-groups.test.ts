import { expect, test } from "vitest";

import { USUAL_EMOJI } from "./emoji";
import { emojiGroups } from "./emoji-groups";
import { loadEmoji } from "./emoji-names";

const all = await loadEmoji();
const shown = (typed: string) => emojiGroups(all, typed).flatMap(({ emoji }) => emoji.map((it) => it.emoji));

test("without a word the usual ones come first, then all in their categories", () => {
  const [usual, ...categories] = emojiGroups(all, " ");
  expect(usual?.emoji.map(({ emoji }) => emoji)).toEqual(USUAL_EMOJI);
  expect(usual?.emoji[0]?.description).toBe("thumbs up");
  expect(categories.map(({ name }) => name)).toContain("Animals & Nature");
  expect(categories.flatMap(({ emoji }) => emoji)).toHaveLength(all.length);
});

test("a word finds what is called so, with or without colons", () => {
  for (const typed of ["owl", ":owl:", "OWL "]) expect(shown(typed)[0]).toBe("🦉");
  expect(shown("red car")).toContain("🚗");
  expect(shown("no such thing")).toEqual([]);
});

test("an emoji finds itself, also one without a name", () => {
  expect(emojiGroups(all, "🦉")).toEqual([{ name: "entered", emoji: [{ emoji: "🦉", description: "owl" }] }]);
  expect(shown("👩🏽‍🚀")).toEqual(["👩🏽‍🚀"]);
});
