import { expect, test } from "vitest";

import { areaOf, counts, durations, lineOf, runs } from "./plot";

const EXTENT = { since: 100, until: 140, step: 10 };

test("the top of a plot is a round number that nothing is above", () => {
  expect([0, 0.2, 1, 1.1, 3, 5, 6, 99, 101, 2_000].map(counts)).toEqual([1, 1, 1, 2, 5, 5, 10, 100, 200, 2_000]);
});

test("the top of durations is whole minutes, hours or days", () => {
  expect([0, 11, 61, 3_601, 86_400, 86_401, 700_000].map(durations)).toEqual([10, 30, 120, 7_200, 86_400, 172_800, 777_600]);
});

test("a line goes through the middle of spans", () => {
  const readings = [100, 110, 120, 130].map((at, index) => ({ at, value: index }));
  expect(runs(readings, EXTENT, 4)).toEqual([
    [
      { x: 12.5, y: 100 },
      { x: 37.5, y: 75 },
      { x: 62.5, y: 50 },
      { x: 87.5, y: 25 },
    ],
  ]);
});

test("a line breaks where nothing is known, whether or not there is a reading", () => {
  const readings = [
    { at: 100, value: 1 },
    { at: 110, value: null },
    { at: 120, value: 1 },
  ];
  expect(runs(readings, EXTENT, 1)).toHaveLength(2);
  expect(runs(readings.filter(({ value }) => value !== null), EXTENT, 1)).toHaveLength(2);
  expect(runs([], EXTENT, 1)).toEqual([]);
});

test("a run is a line with an area below it, and a single place a dot", () => {
  const run = [
    { x: 0, y: 50 },
    { x: 33.3333, y: 0 },
  ];
  expect(lineOf(run)).toBe("M0 50L33.33 0");
  expect(areaOf(run)).toBe("M0 50L33.33 0V100H0Z");
  expect(lineOf([{ x: 5, y: 6 }])).toBe("M5 6L5 6");
});
