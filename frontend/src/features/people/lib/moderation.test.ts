import { expect, test } from "vitest";

import type { Member, Room } from "@/shared/contract/types";
import { ADA, ME, room } from "@/shared/realtime/testing/fixtures";

import { moderations } from "./moderation";

function offered(mine: Room["role"], theirs: Member["role"], muted = false) {
  return moderations(room({ role: mine }), ME, { user: { id: ADA, name: "Ada" }, role: theirs, muted, joined_at: 1 });
}

test("an owner does everything to those below", () => {
  expect(offered("owner", "member")).toEqual(["moderator", "mute", "kick", "ban", "transfer"]);
  expect(offered("owner", "moderator")).toEqual(["member", "kick", "ban", "transfer"]);
  expect(offered("owner", "member", true)).toContain("unmute");
});

test("a moderator mutes and puts out members", () => {
  expect(offered("moderator", "member")).toEqual(["mute", "kick", "ban"]);
});

test("nothing is done to equals, to those above, to oneself, or in a direct message", () => {
  for (const [mine, theirs] of [
    ["owner", "owner"],
    ["moderator", "moderator"],
    ["moderator", "owner"],
    ["member", "member"],
  ] as const) {
    expect(offered(mine, theirs)).toEqual([]);
  }
  const me: Member = { user: { id: ME, name: "Me" }, role: "member", muted: false, joined_at: 1 };
  expect(moderations(room({ role: "owner" }), ME, me)).toEqual([]);
  expect(moderations(room({ role: "owner", kind: "dm" }), ME, { ...me, user: { id: ADA, name: "Ada" } })).toEqual([]);
});
