import { expect, test } from "vitest";

import { soleEmoji, USUAL_EMOJI } from "./emoji";

test.each([...USUAL_EMOJI, "👩🏽‍🚀", "🇫🇷", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", " 🎈 "])("%s is an emoji", (text) => {
  expect(soleEmoji(text)).toBe(text.trim());
});

test.each(["", " ", "ok", "👍👍", "👍 👍", "1", "a👍", "1️⃣2️⃣"])("%j is none", (text) => {
  expect(soleEmoji(text)).toBeNull();
});
