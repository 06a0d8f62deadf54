import { beforeEach, expect, test } from "vitest";

import type { Notifications, Room } from "@/shared/contract/types";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { ADA, bootstrap, ME, room, ROOM, said } from "@/shared/realtime/testing/fixtures";

import { Announcer, type Announcement } from "./announcer";

const CALM: Notifications["quiet"] = { until: null, daily: null };

let environment: FakeEnvironment;
let realtime: Realtime;
let shown: Announcement[];
let played: number;
let teller: boolean;
let onScreen: string | null;
let choices: { desktop: boolean; sound: boolean };
let over: ((room: string, n: number) => boolean)[];
let end: () => void;

async function begin(change: Partial<Room> = {}): Promise<void> {
  environment = new FakeEnvironment();
  const server = new FakeServer(environment);
  realtime = new Realtime(bootstrap([room(change)]), { environment, requests: server.rest, onEnded: () => undefined });
  end = new Announcer(realtime, {
    now: () => new Date(environment.now()),
    choices: () => choices,
    isTeller: () => teller,
    isOnScreen: (id) => Promise.resolve(id === onScreen),
    show: (announcement) => {
      shown.push(announcement);
      return Promise.resolve();
    },
    takeBack: (test) => {
      over.push(test);
      return Promise.resolve();
    },
    play: () => (played += 1),
    read: (text) => text.replace(`<@${ME}>`, "@Me"),
  }).start();
  realtime.start();
  await settle();
}

beforeEach(() => {
  shown = [];
  played = 0;
  teller = true;
  onScreen = null;
  choices = { desktop: true, sound: false };
  over = [];
});

/** The room's next message comes, `age` milliseconds after it was said. */
async function comes(n: number, { age = 0, mentions = [], sender = ADA }: { age?: number; mentions?: string[]; sender?: string } = {}) {
  const ts = (environment.now() - age) * 1_000;
  const text = mentions.length > 0 ? `hello <@${ME}>` : "hello";
  environment.socket.push(said(n, n, { ts, text, mentions, sender }));
  await settle();
}

function choose(level: Notifications["rooms"][string] | null, quiet = CALM): void {
  const { version } = realtime.notifications.current.get();
  realtime.notifications.learn({ version: version + 1, quiet, rooms: level === null ? {} : { [ROOM]: level } });
}

test("a room tells of mentions, by who said what and where, as it is read", async () => {
  await begin();
  await comes(1);
  expect(shown).toEqual([]);
  await comes(2, { mentions: [ME] });
  expect(shown).toEqual([{ room: ROOM, n: 2, title: "Ada in general", body: "hello @Me" }]);
});

test("a direct message tells of everything but one's own words", async () => {
  await begin({ kind: "dm", name: "", peer: ADA });
  await comes(1, { sender: ME });
  await comes(2);
  expect(shown).toEqual([{ room: ROOM, n: 2, title: "Ada", body: "hello" }]);
});

test("of what somebody says whom the user has blocked nothing is told", async () => {
  await begin({ kind: "dm", name: "", peer: ADA });
  realtime.blocks.learn({ version: 1, users: [ADA] });
  await comes(1, { mentions: [ME] });
  expect(shown).toEqual([]);
});

test("the level chosen for the room holds", async () => {
  await begin();
  choose("all");
  await comes(1);
  choose("nothing");
  await comes(2, { mentions: [ME] });
  expect(shown.map(({ n }) => n)).toEqual([1]);
});

test("who does not want to be disturbed is told of nothing until that is over", async () => {
  await begin();
  choose("all", { until: (environment.now() + 60_000) * 1_000, daily: null });
  await comes(1);
  expect(shown).toEqual([]);
  await environment.advance(60_000);
  await comes(2);
  expect(shown.map(({ n }) => n)).toEqual([2]);
});

test("only one tab tells, and not of what any of them shows", async () => {
  await begin();
  choose("all");
  teller = false;
  await comes(1);
  teller = true;
  onScreen = ROOM;
  await comes(2);
  expect(shown).toEqual([]);
  onScreen = null;
  await comes(3);
  expect(shown.map(({ n }) => n)).toEqual([3]);
});

test("what was said more than a minute ago is no news", async () => {
  await begin();
  choose("all");
  await comes(1, { age: 60_001 });
  await comes(2, { age: 59_000 });
  expect(shown.map(({ n }) => n)).toEqual([2]);
});

test("what was read elsewhere is taken back, and everything when the user signs out", async () => {
  await begin();
  choose("all");
  await comes(1);
  await comes(2);
  environment.socket.push({ type: "read.updated", room: ROOM, n: 1, version: 1 });
  await settle();
  const isOver = over[over.length - 1];
  expect([isOver?.(ROOM, 1), isOver?.(ROOM, 2)]).toEqual([true, false]);
  end();
  expect(over[over.length - 1]?.(ROOM, 2)).toBe(true);
  await comes(3);
  expect(shown.map(({ n }) => n)).toEqual([1, 2]);
});

test("the device's choice says how: nothing, a sound, or both", async () => {
  await begin();
  choose("all");
  choices = { desktop: false, sound: false };
  await comes(1);
  choices = { desktop: false, sound: true };
  await comes(2);
  expect([shown.length, played]).toEqual([0, 1]);
  choices = { desktop: true, sound: true };
  await comes(3);
  expect([shown.length, played]).toEqual([1, 2]);
});
