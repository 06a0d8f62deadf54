import { expect, test } from "vitest";

import type { Notifications } from "@/shared/contract/types";

import { levelOf, NotificationSettings } from "./notification-settings";

function choice(version: number, rooms: Notifications["rooms"]): Notifications {
  return { version, quiet: { until: null, daily: null }, rooms };
}

test("the later choice holds, in whatever order they are heard of", () => {
  const settings = new NotificationSettings();
  settings.learn(choice(2, { one: "nothing" }));
  settings.learn(choice(1, { one: "all" }));
  settings.learn(undefined);
  expect(settings.chosen.get().rooms).toEqual({ one: "nothing" });
});

test("where nothing was chosen, a room tells of mentions and a direct message of everything", () => {
  const chosen = choice(1, { one: "nothing" });
  expect(levelOf({ id: "one", kind: "dm" }, chosen)).toBe("nothing");
  expect(levelOf({ id: "other", kind: "dm" }, chosen)).toBe("all");
  expect(levelOf({ id: "other", kind: "room" }, chosen)).toBe("mentions");
});
