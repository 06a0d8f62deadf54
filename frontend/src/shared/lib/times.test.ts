import { expect, test } from "vitest";

import { dayAround, dayKey, dayOf, lastSeenText, shortTime, startOfDay } from "./times";

const NOW = new Date(2026, 10, 24, 15, 30);

function at(day: number, hour: number): number {
  return new Date(2026, 10, day, hour, 5).getTime() * 1_000;
}

test("who was seen today has a time, who was seen before a day", () => {
  expect(lastSeenText(at(24, 14), NOW)).toBe(`last seen ${shortTime(at(24, 14))}`);
  expect(lastSeenText(at(23, 23), NOW)).toBe("last seen yesterday");
  expect(lastSeenText(at(2, 9), NOW)).toMatch(/^last seen .*2.*/);
});

test("a day of a date field begins at the reader's midnight", () => {
  expect(dayOf(at(2, 9))).toBe("2026-11-02");
  expect(startOfDay("2026-11-02")).toBe(new Date(2026, 10, 2).getTime() * 1_000);
  expect(dayOf(startOfDay("2026-11-02") ?? 0)).toBe("2026-11-02");
  expect(startOfDay("")).toBeNull();
  expect(startOfDay("0001-01-01")).toBe(0);
});

test("a moment is in the day around another just where both have the same date", () => {
  // Over both changes of the clock, wherever there are any.
  for (let hour = 0; hour < 366 * 24; hour += 7) {
    const moment = new Date(2026, 0, 1, hour, 30).getTime() * 1_000;
    const { begin, end } = dayAround(moment);
    expect([begin, moment, end - 1].map(dayKey)).toEqual(Array(3).fill(dayKey(moment)));
    expect([begin - 1, end].map(dayKey)).not.toContain(dayKey(moment));
  }
});
