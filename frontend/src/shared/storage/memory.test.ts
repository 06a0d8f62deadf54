import "fake-indexeddb/auto";

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { createStore } from "@/shared/lib/store";
import type { Bootstrap, Room } from "@/shared/contract/types";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { ADA, bootstrap, id, ROOM } from "@/shared/realtime/testing/fixtures";

import { openDatabase, type Draft } from "./database";
import { Memory, type Recollection } from "./memory";
import { FakeLocks } from "./testing/fake-locks";
import { noMemory } from "./testing/no-memory";

let names = 0;
let name: string;
let tabs = 0;
let server: FakeServer;
let locks: FakeLocks;

function begin(): void {
  name = `device ${(names += 1)}`;
  server = new FakeServer(new FakeEnvironment());
  locks = new FakeLocks();
}

beforeEach(begin);

/** A tab of the device's browser. */
class Tab {
  readonly environment = new FakeEnvironment();
  readonly drafts = createStore<ReadonlyMap<string, Draft>>(new Map());
  readonly locks = locks.open();
  readonly memory = new Memory({
    environment: this.environment,
    open: () => openDatabase(name),
    locks: this.locks,
    drafts: this.drafts,
  });
  #realtime: Realtime | null = null;

  constructor(online = true) {
    // No two tabs roll the same dice.
    for (let roll = (tabs += 1); roll > 0; roll -= 1) this.environment.random();
    this.environment.onOpen = online ? (socket) => server.opened(socket) : null;
  }

  get realtime(): Realtime {
    if (this.#realtime === null) throw new Error("nobody is signed in");
    return this.#realtime;
  }

  /** Shows what is given, or else what is remembered; without a word from the server yet. */
  async show(first: Bootstrap | null): Promise<void> {
    const kept = first === null ? await this.memory.recall() : { bootstrap: first, remembered: null };
    if (kept === null) throw new Error("nothing is remembered");
    const { environment, memory } = this;
    this.#realtime = new Realtime(
      kept.bootstrap,
      { environment, requests: server.rest, onEnded: () => undefined },
      kept.remembered,
    );
    memory.follow(this.#realtime);
    await this.written();
  }

  /** Connects, and lets everything come that is on its way. */
  async goLive(): Promise<void> {
    this.realtime.start();
    await this.advance(20_000);
  }

  async advance(milliseconds: number): Promise<void> {
    await this.environment.advance(milliseconds);
    await this.written();
    await settle();
  }

  /** Until nothing is left to write; a claim of messages takes two rounds. */
  async written(): Promise<void> {
    for (let round = 0; round < 3; round += 1) await this.memory.flush();
  }

  /** It is closed, or about to be loaded anew. */
  async close(): Promise<void> {
    await this.memory.flush();
    server.cut(false);
    await this.locks.close();
  }

  get conversation() {
    const conversation = this.realtime.conversations.get().get(ROOM);
    if (conversation === undefined) throw new Error("the room is not there");
    return conversation;
  }

  get shown(): string[] {
    return this.conversation.log.get().messages.map(({ text }) => text);
  }

  get pending(): string[] {
    return this.conversation.outbox.pending.get().map(({ text }) => text);
  }
}

const now = (change: Partial<Room> = {}): Bootstrap => bootstrap([{ ...server.room, ...change }]);
const said = () => server.messages.map(({ text }) => text);

async function firstTab(online = true): Promise<Tab> {
  const tab = new Tab(online);
  await tab.show(now());
  await tab.goLive();
  return tab;
}

/** The tab is loaded anew: another one takes its place. */
async function reload(tab: Tab, online = true): Promise<Tab> {
  await tab.close();
  const next = new Tab(online);
  await next.show(null);
  return next;
}

async function recalled(): Promise<Recollection | null> {
  return new Tab(false).memory.recall();
}

describe("the last state", () => {
  test("has whom the user has blocked", async () => {
    const first = await firstTab();
    first.realtime.blocks.learn({ version: 3, users: [ADA] });
    await first.advance(20_000);
    const next = await reload(first, false);
    expect(next.realtime.hasBlocked(ADA)).toBe(true);
  });

  test("is shown at once, and what came since is added to it", async () => {
    const first = await firstTab();
    for (const text of ["one", "two"]) server.othersSay(text);
    await first.conversation.loadOlder();
    first.drafts.set(new Map([[ROOM, { text: "half a sen", replyTo: 1 }]]));
    await first.advance(1_000);
    await first.close();
    server.othersSay("meanwhile");

    const second = new Tab();
    await second.show(null);
    expect(second.shown).toEqual(["one", "two"]);
    expect(second.realtime.directory.users.get().get(ADA)?.name).toBe("Ada");
    expect(second.realtime.reads.unread.get().get(ROOM)?.messages).toBe(2);
    expect(second.drafts.get().get(ROOM)).toEqual({ text: "half a sen", replyTo: 1 });

    second.realtime.renew(now());
    await second.goLive();
    expect(second.shown).toEqual(["one", "two", "meanwhile"]);
  });

  test("goes on where the server was not asked for the first screen", async () => {
    const first = await firstTab();
    server.othersSay("one");
    await first.conversation.loadOlder();
    const second = await reload(first);
    for (let count = 1; count <= 30; count += 1) server.othersSay(`message ${count}`);
    await second.goLive();
    expect(second.shown).toHaveLength(31);
  });

  test("far behind, the newest page takes its place, and a room that was not read begins where it is", async () => {
    const first = await firstTab();
    server.othersSay("one");
    await first.conversation.loadOlder();
    const second = await reload(first);
    for (let count = 1; count <= 600; count += 1) server.othersSay(`message ${count}`);
    second.realtime.renew(now());
    await second.goLive();
    expect(second.shown).toEqual([597, 598, 599, 600].map((number) => `message ${number}`));

    const unread = new Tab();
    await unread.show(bootstrap());
    const before = server.requests;
    unread.realtime.renew(now());
    expect(unread.conversation.log.get()).toMatchObject({ cursor: 601, n: 601, low: 602 });
    expect(server.requests).toBe(before);
  });

  test("has no rooms that were left meanwhile", async () => {
    const second = await reload(await firstTab());
    expect([...second.realtime.rooms.get().keys()]).toEqual([ROOM]);
    second.realtime.renew(bootstrap([]));
    expect([...second.realtime.rooms.get().keys()]).toEqual([]);
    await second.written();
    expect((await recalled())?.bootstrap.rooms).toEqual([]);
  });
});

describe("a message written without a connection", () => {
  test("outlives the page and is sent once", async () => {
    const first = await firstTab(false);
    first.realtime.say(ROOM, "in the tunnel");
    await first.written();
    expect(first.realtime.unsaved((message) => first.memory.keeps(message))).toBe(false);
    const second = await reload(first, false);
    expect(second.pending).toEqual(["in the tunnel"]);
    const third = await reload(second);
    await third.goLive();
    expect(said()).toEqual(["in the tunnel"]);
    expect(third.pending).toEqual([]);
    expect((await reload(third)).pending).toEqual([]);
  });

  test("is sent with the id it had: one whose ack was lost is said once", async () => {
    const first = await firstTab();
    server.loseAcks = 1;
    first.realtime.say(ROOM, "heard, but not told so");
    await first.written();
    expect(said()).toHaveLength(1);
    const second = await reload(first);
    second.realtime.renew(now());
    await second.goLive();
    expect(said()).toEqual(["heard, but not told so"]);
    expect(second.pending).toEqual([]);
  });

  test("keeps what the server had against it, and goes when it is dropped", async () => {
    const first = await firstTab();
    server.mood = "strict";
    first.realtime.say(ROOM, "no good");
    await first.advance(1_000);
    const second = await reload(first);
    const [message] = second.conversation.outbox.pending.get();
    expect(message).toMatchObject({ text: "no good", refusal: "No." });
    second.conversation.outbox.discard(message?.id ?? "");
    expect((await reload(second)).pending).toEqual([]);
  });

  test("keeps its place among others", async () => {
    const first = await firstTab(false);
    for (const text of ["one", "two", "three"]) {
      first.realtime.say(ROOM, text);
      await first.advance(1);
    }
    const second = await reload(first);
    await second.goLive();
    expect(said()).toEqual(["one", "two", "three"]);
  });

  test("is lost with the membership of its room", async () => {
    const first = await firstTab(false);
    first.realtime.say(ROOM, "too late");
    const second = await reload(first);
    second.realtime.renew(bootstrap([]));
    await second.written();
    second.realtime.renew(now());
    expect((await reload(second)).pending).toEqual([]);
  });
});

describe("several tabs", () => {
  test("a message is sent by the tab it was written in, as long as that is open", async () => {
    const writer = await firstTab(false);
    writer.realtime.say(ROOM, "mine");
    await writer.written();
    const other = new Tab();
    await other.show(null);
    await other.goLive();
    expect(other.pending).toEqual([]);
    expect(said()).toEqual([]);
  });

  test("when it is closed, one of the others sends it", async () => {
    const writer = await firstTab(false);
    writer.realtime.say(ROOM, "mine");
    await writer.written();
    const others = [new Tab(false), new Tab(false)];
    for (const other of others) await other.show(null);
    await writer.close();
    for (const other of others) await other.written();
    expect(others.flatMap(({ pending }) => pending)).toEqual(["mine"]);
  });

  test("one that was written after the others were opened is found when they connect", async () => {
    const other = await firstTab();
    const writer = new Tab(false);
    await writer.show(null);
    writer.realtime.say(ROOM, "mine");
    await writer.close();
    await other.advance(200_000);
    expect(said()).toEqual(["mine"]);
  });
});

/** The page on screen. */
let tab: Tab;

/** The page is loaded anew, whatever it was at, and asks for the first screen of now or does not. */
async function loadAnew(renewed: boolean): Promise<void> {
  await tab.close();
  const next = new Tab();
  await next.environment.advance(tab.environment.now() - next.environment.now());
  await next.show(null);
  if (renewed) next.realtime.renew(now());
  next.realtime.start();
  tab = next;
}

const ACTS: Record<string, (step: number) => Promise<void> | void> = {
  say: (step) => tab.realtime.say(ROOM, `mine ${step}`),
  "others say": (step) => server.othersSay(`theirs ${step}`),
  "others edit": (step) => {
    const target = server.messages.at(-1)?.n;
    if (target !== undefined) server.othersDo({ type: "message.edited", sender: ADA, target, text: `changed ${step}`, mentions: [] });
  },
  "others rename": (step) => server.othersDo({ type: "room.updated", sender: ADA, name: `name ${step}`, topic: "" }),
  "read elsewhere": () => server.mark({ n: server.n, version: server.marker.version }),
  "load history": () => void tab.conversation.loadOlder(),
  "load the page anew": () => loadAnew(true),
  "load the page anew without a first screen": () => loadAnew(false),
  "lose a push": () => void (server.losePushes += 1),
  "lose an ack": () => void (server.loseAcks += 1),
  "double a push": () => void (server.doublePushes += 1),
  "die of a message": () => void (server.dieOf += 1),
  "cut the line": () => server.cut(),
  "go away": () => void (server.reachable = false),
  "come back": () => void (server.reachable = true),
  "wait a little": () => tab.advance(300),
  "wait long": () => tab.advance(15_000),
};

test("however often the page is loaded anew, what was said is said once, and all is shown as the server has it", async () => {
  const acts = fc.array(fc.constantFrom(...Object.keys(ACTS)), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(acts, async (chosen) => {
      begin();
      tab = await firstTab();
      for (const [step, act] of chosen.entries()) await ACTS[act]?.(step);
      Object.assign(server, { losePushes: 0, loseAcks: 0, doublePushes: 0, dieOf: 0, reachable: true });
      await tab.advance(240_000);

      const { me, reads, rooms } = tab.realtime;
      const told = server.log.flatMap((it) => (it.type === "message.created" && it.sender === me.id ? [it.text] : []));
      expect(told).toEqual(chosen.flatMap((act, step) => (act === "say" ? [`mine ${step}`] : [])));
      expect(tab.pending).toEqual([]);
      const { low, cursor, messages } = tab.conversation.log.get();
      expect(cursor).toBe(server.seq);
      expect(messages).toEqual(server.messages.filter((it) => it.n >= low));
      expect(rooms.get().get(ROOM)?.name).toBe(server.name);
      expect(reads.marker(ROOM)).toEqual(server.marker);
      tab.realtime.stop();
    }),
    { numRuns: 100 },
  );
});

describe("signing out", () => {
  test("leaves nothing, whatever was about to be written", async () => {
    const tab = await firstTab(false);
    tab.drafts.set(new Map([[ROOM, { text: "secret", replyTo: null }]]));
    tab.realtime.say(ROOM, "secret");
    const gone = tab.memory.forget(tab.realtime.me.id);
    tab.realtime.stop();
    await gone;
    await tab.advance(1_000);
    expect(tab.drafts.get().size).toBe(0);
    const database = await openDatabase(name);
    for (const store of ["account", "rooms", "outbox", "drafts"] as const) expect(await database.count(store)).toBe(0);
  });

  test("leaves what is somebody else's by now", async () => {
    const tab = await firstTab();
    await tab.memory.forget(id(99));
    expect(await recalled()).not.toBeNull();
  });

  test("of nobody: what was another user's is wiped when the next comes in", async () => {
    const first = await firstTab();
    first.drafts.set(new Map([[ROOM, { text: "secret", replyTo: null }]]));
    await first.close();
    const second = new Tab();
    await second.show({ ...bootstrap([]), me: { id: id(99), name: "Grace", email: "" } });
    expect(await recalled()).toMatchObject({ bootstrap: { me: { name: "Grace" }, rooms: [] } });
    const fresh = new Tab();
    await fresh.memory.recall();
    expect(fresh.drafts.get().size).toBe(0);
  });
});

test("where the browser keeps nothing all works but for that", async () => {
  const environment = new FakeEnvironment();
  const memory = noMemory(environment);
  expect(await memory.recall()).toBeNull();
  const ports = { environment, requests: server.rest, onEnded: () => undefined };
  const realtime = new Realtime(now(), ports);
  memory.follow(realtime);
  realtime.say(ROOM, "hello");
  await memory.flush();
  expect(realtime.unsaved((message) => memory.keeps(message))).toBe(true);
  await memory.forget();
});
