import { expect, test } from "vitest";

import { clockOf, inAnHour, minutesOf, nextMorning } from "./quiet-times";

test("a time of day is shown and read as a time field has it", () => {
  for (const minutes of [0, 9, 65, 1_439]) expect(minutesOf(clockOf(minutes))).toBe(minutes);
  expect([clockOf(0), clockOf(1_325), minutesOf("07:30:15"), minutesOf("")]).toEqual(["00:00", "22:05", 450, null]);
});

test("the next morning is today's before eight and tomorrow's after", () => {
  const at = (day: number, hours: number) => new Date(2026, 0, day, hours);
  expect(nextMorning(at(5, 2))).toBe(at(5, 8).getTime() * 1_000);
  expect(nextMorning(at(5, 8))).toBe(at(6, 8).getTime() * 1_000);
  expect(inAnHour(at(5, 8))).toBe(at(5, 9).getTime() * 1_000);
});
