import { expect, test } from "vitest";

import { lastSeenText, shortTime } from "./times";

const NOW = new Date(2026, 10, 24, 15, 30);

function at(day: number, hour: number): number {
  return new Date(2026, 10, day, hour, 5).getTime() * 1_000;
}

test("who was seen today has a time, who was seen before a day", () => {
  expect(lastSeenText(at(24, 14), NOW)).toBe(`last seen ${shortTime(at(24, 14))}`);
  expect(lastSeenText(at(23, 23), NOW)).toBe("last seen yesterday");
  expect(lastSeenText(at(2, 9), NOW)).toMatch(/^last seen .*2.*/);
});
