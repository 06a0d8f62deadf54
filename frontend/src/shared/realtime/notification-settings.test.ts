import { expect, test } from "vitest";

import type { Notifications } from "@/shared/contract/types";

import { Latest } from "./latest";
import { isQuiet, levelOf, NOTHING_CHOSEN, tellsOf } from "./notification-settings";

function choice(version: number, rooms: Notifications["rooms"]): Notifications {
  return { version, quiet: { until: null, daily: null }, rooms };
}

test("the later choice holds, in whatever order they are heard of", () => {
  const settings = new Latest(NOTHING_CHOSEN);
  settings.learn(choice(2, { one: "nothing" }));
  settings.learn(choice(1, { one: "all" }));
  settings.learn(undefined);
  expect(settings.current.get().rooms).toEqual({ one: "nothing" });
});

test("where nothing was chosen, a room tells of mentions and a direct message of everything", () => {
  const chosen = choice(1, { one: "nothing" });
  expect(levelOf({ id: "one", kind: "dm" }, chosen)).toBe("nothing");
  expect(levelOf({ id: "other", kind: "dm" }, chosen)).toBe("all");
  expect(levelOf({ id: "other", kind: "room" }, chosen)).toBe("mentions");
});

test("a level tells of all messages, of mentions of the user, or of none", () => {
  const plain = {};
  const mention = { mentions: ["me"] };
  expect([tellsOf(plain, "me", "all"), tellsOf(plain, "me", "mentions"), tellsOf(plain, "me", "nothing")]).toEqual([true, false, false]);
  expect([tellsOf(mention, "me", "mentions"), tellsOf(mention, "you", "mentions"), tellsOf(mention, "me", "nothing")]).toEqual([true, false, false]);
});

function at(hours: number, minutes = 0): Date {
  return new Date(2026, 0, 5, hours, minutes);
}

test("it is quiet until the time that was chosen", () => {
  const quiet = { until: at(12).getTime() * 1_000, daily: null };
  expect([isQuiet(quiet, at(11, 59)), isQuiet(quiet, at(12))]).toEqual([true, false]);
  expect(isQuiet({ until: null, daily: null }, at(12))).toBe(false);
});

test("it is quiet each day between two times, past midnight as well", () => {
  const day = { daily: { begins: 9 * 60, ends: 17 * 60 } };
  expect([8, 9, 16, 17].map((hour) => isQuiet(day, at(hour)))).toEqual([false, true, true, false]);
  const night = { daily: { begins: 22 * 60, ends: 7 * 60 } };
  expect([21, 22, 23, 0, 6, 7].map((hour) => isQuiet(night, at(hour)))).toEqual([false, true, true, true, true, false]);
});
