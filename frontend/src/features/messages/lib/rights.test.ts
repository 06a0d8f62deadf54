import { expect, test } from "vitest";

import { room } from "@/shared/realtime/testing/fixtures";

import { rightsIn } from "./rights";

const EVERYTHING = { speak: true, deleteOwn: true, deleteOthers: true, seeVersions: true };

test("moderators, owners and the workspace's administrators have all rights", () => {
  expect(rightsIn(room({ role: "moderator" }), false)).toEqual(EVERYTHING);
  expect(rightsIn(room({ role: "owner" }), false)).toEqual(EVERYTHING);
  expect(rightsIn(room({ role: "member", muted: true }), true)).toEqual(EVERYTHING);
});

test("members have their own messages only, and muted ones may still delete them", () => {
  const own = { speak: true, deleteOwn: true, deleteOthers: false, seeVersions: false };
  expect(rightsIn(room(), false)).toEqual(own);
  expect(rightsIn(room({ muted: true }), false)).toEqual({ ...own, speak: false });
});

test("what is archived can be looked into and not changed", () => {
  const nothing = { speak: false, deleteOwn: false, deleteOthers: false };
  expect(rightsIn(room({ role: "owner", archived: true }), false)).toEqual({ ...nothing, seeVersions: true });
});

test("where one of two has blocked the other, both may still delete what they said", () => {
  const own = { speak: false, deleteOwn: true, deleteOthers: false, seeVersions: false };
  expect(rightsIn(room({ kind: "dm", role: "owner", blocked: true }), true)).toEqual(own);
});

test("nobody moderates a direct message", () => {
  const own = { speak: true, deleteOwn: true, deleteOthers: false, seeVersions: false };
  expect(rightsIn(room({ kind: "dm", role: "owner" }), true)).toEqual(own);
});
