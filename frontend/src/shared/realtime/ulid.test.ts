import fc from "fast-check";
import { expect, test } from "vitest";

import { ulid } from "./ulid";

const PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/u;

test("the specification's example time is encoded as it says", () => {
  expect(ulid(1_469_918_176_385, () => 0)).toBe("01ARYZ6S410000000000000000");
});

test("every id has the form the server takes", () => {
  const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  const randomness = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(time, randomness, (ms, random) => PATTERN.test(ulid(ms, () => random))));
});

test("ids of later times sort later", () => {
  const times = fc.tuple(fc.nat({ max: 2 ** 31 }), fc.integer({ min: 1, max: 2 ** 31 }));
  fc.assert(fc.property(times, ([ms, later]) => ulid(ms, () => 0.99) < ulid(ms + later, () => 0)));
});
