import fc from "fast-check";
import { expect, test } from "vitest";

import { linkText } from "./link-text";

const hrefs = (text: string) => linkText(text).flatMap((part) => part.href ?? []);

test("the parts put together are the text", () => {
  const piece = fc.constantFrom("http://", "https://a.b", " ", ".", "(", ")", "x", "\n", "<b>", "javascript:");
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.array(piece).map((pieces) => pieces.join("")));
  fc.assert(fc.property(text, (given) => linkText(given).map((part) => part.text).join("") === given));
});

test("whatever the text, a link leads to the web", () => {
  const text = fc.array(fc.constantFrom("https://", "http:", "javascript:", "data:", "//", "a.b", "\t", "@", "x")).map((p) => p.join(""));
  fc.assert(fc.property(text, (given) => hrefs(given).every((href) => /^https?:\/\//u.test(href))));
});

test.each([
  ["see https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]],
  ["(https://example.org/a)", ["https://example.org/a"]],
  ["https://example.org/a_(b)", ["https://example.org/a_(b)"]],
  ["(see https://example.org/a_(b)).", ["https://example.org/a_(b)"]],
  ["http://one.example, https://two.example!", ["http://one.example/", "https://two.example/"]],
  ["HTTPS://EXAMPLE.ORG", ["https://example.org/"]],
  ["https://", []],
  ["javascript:alert(1) data:text/html,x ftp://a.b mailto:a@b.c example.org", []],
  ["nothttps://example.org", []],
])("%j", (text, expected) => {
  expect(hrefs(text)).toEqual(expected);
});
