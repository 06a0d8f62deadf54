import { expect, test } from "vitest";

import { plainText } from "./plain-text";

const ADA = "00000000000000000000000ADA";
const users = new Map([[ADA, { id: ADA, name: "Ada" }]]);
const plain = (text: string) => plainText(text, users, new Map());

test.each([
  ["**No more**, since `oil()` is called _every hour_", "No more, since oil() is called every hour"],
  [`hi <@${ADA}>, see https://example.org/a_b_c`, "hi @Ada, see https://example.org/a_b_c"],
  [`**<@${ADA}>** ~~said~~`, "@Ada said"],
  ["```python\nx = 1\ny = 2\n```", "x = 1\ny = 2"],
  ["> **is** it?\n> so\n\nyes", "> is it?\n> so\nyes"],
  ["- one\n- *two*\n\n1. a\n2. b", "- one\n- two\n1. a\n2. b"],
  ["2 * 3 * 4 is no mark", "2 * 3 * 4 is no mark"],
])("%j reads %j", (text, expected) => {
  expect(plain(text)).toBe(expected);
});
