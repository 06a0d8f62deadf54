import { describe, expect, test } from "vitest";

import { emojiQuery, loadEmoji, namedEmoji, shownName, suggestedEmoji } from "./emoji-names";

const all = await loadEmoji();

describe("a name that is being typed", () => {
  test.each([
    [":ta", { at: 0, typed: "ta" }],
    ["well :+1", { at: 5, typed: "+1" }],
    ["(:smi", { at: 1, typed: "smi" }],
  ])("begins with the colon in %j", (text, query) => {
    expect(emojiQuery(text, text.length)).toEqual(query);
  });

  test.each(["", "ta", ":", ":D", "12:30", "https://a", "a:ta", ":ta da", ":tada:", "::ta"])("is none in %j", (text) => {
    expect(emojiQuery(text, text.length)).toBeNull();
  });
});

describe("a name between colons", () => {
  test.each([
    [":tada:", 0, "🎉"],
    ["so :+1:", 3, "👍"],
    [":HEART:", 0, "❤️"],
  ])("names its emoji in %j", (text, at, emoji) => {
    expect(namedEmoji(all, text, text.length)).toEqual({ at, emoji });
  });

  test.each([":no_such_name:", "a:tada:", ":tada", "10:30:", ":tada: "])("names none in %j", (text) => {
    expect(namedEmoji(all, text, text.length)).toBeNull();
  });
});

describe("suggestions", () => {
  const names = (typed: string) => suggestedEmoji(all, typed).map((emoji) => shownName(emoji, typed));

  test("begin with the name that is typed as a whole, whatever the order is", () => {
    expect(names("heart")[0]).toBe("heart");
    expect(names("tada")).toEqual(["tada"]);
  });

  test("go by names first, then by tags", () => {
    const found = suggestedEmoji(all, "happy").map(({ emoji }) => emoji);
    expect(found).toContain("😀");
    expect(found.length).toBeLessThanOrEqual(6);
  });

  test("are none for what nothing is called", () => {
    expect(names("zzzz")).toEqual([]);
  });
});
