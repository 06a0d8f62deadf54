import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import type { Conversation } from "./conversation";
import { Realtime } from "./realtime";
import { FakeEnvironment, settle } from "./testing/fake-environment";
import { FakeServer } from "./testing/fake-server";
import { ADA, bootstrap, id, joined, ME, ROOM, said } from "./testing/fixtures";

let environment: FakeEnvironment;
let server: FakeServer;
let realtime: Realtime;
let ended: number;

function begin(): void {
  environment = new FakeEnvironment();
  server = new FakeServer(environment);
  ended = 0;
}

async function enter(): Promise<void> {
  realtime = new Realtime(bootstrap([server.room]), {
    environment,
    requests: server.rest,
    onEnded: () => (ended += 1),
  });
  realtime.start();
  await settle();
}

beforeEach(begin);

function conversation(): Conversation {
  const found = realtime.conversations.get().get(ROOM);
  if (found === undefined) throw new Error("the room is not there");
  return found;
}

const shown = () => conversation().log.get().messages;
const texts = () => shown().map((message) => message.text);
const pending = () => conversation().outbox.pending.get();
const unseen = () => realtime.arrivals.counts.get().get(ROOM) ?? 0;

describe("saying something", () => {
  test("it is shown at once and takes its place in the log with the ack", async () => {
    await enter();
    server.loseAcks = 1;
    realtime.say(ROOM, "hello");
    expect(pending()).toMatchObject([{ text: "hello" }]);
    await environment.advance(11_000);
    expect(pending()).toEqual([]);
    expect(shown()).toMatchObject([{ text: "hello", sender: ME, n: 1 }]);
  });

  test("acks that overtake pushes keep the log's order", async () => {
    await enter();
    server.losePushes = 1;
    server.othersSay("first");
    realtime.say(ROOM, "second");
    expect(texts()).toEqual([]);
    expect(pending()).toMatchObject([{ text: "second", ack: { seq: 2 } }]);
    await environment.advance(1_000);
    expect(texts()).toEqual(["first", "second"]);
    expect(pending()).toEqual([]);
  });

  test("a message that was stored before the line was cut is not shown twice", async () => {
    await enter();
    server.loseAcks = 1;
    realtime.say(ROOM, "hello");
    server.cut();
    await environment.advance(20_000);
    expect(texts()).toEqual(["hello"]);
    expect(pending()).toEqual([]);
    expect(server.log).toHaveLength(1);
  });

  test("what was in flight when the line was cut goes again as soon as there is another", async () => {
    await enter();
    server.cut(false);
    realtime.say(ROOM, "hello");
    environment.socket.hangUp();
    await environment.advance(1_000);
    expect(texts()).toEqual(["hello"]);
  });

  test("a resend that is acked at a place long past is not pending any more", async () => {
    await enter();
    server.loseAcks = 2;
    realtime.say(ROOM, "mine");
    server.cut();
    for (let count = 0; count < 9; count += 1) server.othersSay(`message ${count}`);
    server.keptFrom = 99;
    await environment.advance(20_000);
    expect(pending()).toEqual([]);
    expect(shown().every((message) => message.text !== "mine")).toBe(true);
    expect(server.messages.filter((message) => message.text === "mine")).toHaveLength(1);
  });

  test("ids are of the server's time, however wrong this device's clock is", async () => {
    await enter();
    server.push({ type: "resumed", id: id(1), to: {}, time: Date.UTC(2031, 0, 1) });
    expect(realtime.newId() > id(Date.UTC(2030, 11, 31))).toBe(true);
  });

  test("a refused message stays, with the reason, until the user decides", async () => {
    await enter();
    server.mood = "strict";
    realtime.say(ROOM, "hello");
    expect(pending()).toMatchObject([{ refusal: "No." }]);
    server.mood = "well";
    conversation().outbox.retry(pending()[0]?.id ?? "");
    await settle();
    expect(texts()).toEqual(["hello"]);
  });
});

describe("missing something", () => {
  test("a lost push surfaces with the next event", async () => {
    await enter();
    server.losePushes = 1;
    server.othersSay("one");
    server.othersSay("two");
    await environment.advance(300);
    expect(texts()).toEqual(["one", "two"]);
  });

  test("the last push lost surfaces with the heartbeat", async () => {
    await enter();
    server.losePushes = 1;
    server.othersSay("one");
    await environment.advance(61_000);
    expect(texts()).toEqual(["one"]);
  });

  test("a delta fills what was missed while there was no connection", async () => {
    await enter();
    server.cut();
    server.othersSay("one");
    server.othersSay("two");
    await environment.advance(1_000);
    expect(texts()).toEqual(["one", "two"]);
  });

  test("a delta that does not come is fetched, for the end of resume tells of it", async () => {
    await enter();
    server.cut();
    server.othersSay("one");
    server.loseDelta = true;
    await environment.advance(1_000);
    expect(texts()).toEqual(["one"]);
  });

  test("too much for a delta is paged", async () => {
    await enter();
    server.cut();
    for (let count = 1; count <= 11; count += 1) server.othersSay(`message ${count}`);
    await environment.advance(1_000);
    expect(shown().map((message) => message.n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test("far too much is not paged: the newest page takes its place", async () => {
    await enter();
    server.cut();
    for (let count = 1; count <= 600; count += 1) server.othersSay(`message ${count}`);
    const before = server.requests;
    await environment.advance(1_000);
    expect(shown().map((message) => message.n)).toEqual([597, 598, 599, 600]);
    expect(server.requests - before).toBeLessThan(5);
  });

  test("a cursor older than the log starts the room anew, and what is in flight is not doubled", async () => {
    await enter();
    server.othersSay("one");
    server.loseAcks = 1;
    realtime.say(ROOM, "mine");
    server.cut();
    server.othersSay("three");
    server.keptFrom = 99;
    await environment.advance(30_000);
    expect(texts()).toEqual(["one", "mine", "three"]);
    expect(pending()).toEqual([]);
  });

  test("a cursor ahead of a restored log starts the room anew", async () => {
    server.othersSay("one");
    server.othersSay("two");
    await enter();
    server.cut();
    server.log.pop();
    await environment.advance(1_000);
    expect(texts()).toEqual(["one"]);
    server.othersSay("other two");
    expect(texts()).toEqual(["one", "other two"]);
  });

  test("requests that fail are tried again", async () => {
    await enter();
    server.losePushes = 1;
    server.othersSay("one");
    server.othersSay("two");
    server.reachable = false;
    await environment.advance(500);
    server.reachable = true;
    await environment.advance(10_000);
    expect(texts()).toEqual(["one", "two"]);
  });
});

describe("history", () => {
  test("older messages join below those that came live", async () => {
    for (let count = 1; count <= 10; count += 1) server.othersSay(`message ${count}`);
    await enter();
    server.othersSay("message 11");
    for (let page = 0; page < 4; page += 1) await conversation().loadOlder();
    expect(shown().map((message) => message.n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test("a page that cannot be loaded says so and can be asked for again", async () => {
    server.othersSay("one");
    await enter();
    server.reachable = false;
    await conversation().loadOlder();
    expect(conversation().history.get()).toBe("failed");
    server.reachable = true;
    await conversation().loadOlder();
    expect(texts()).toEqual(["one"]);
    expect(conversation().history.get()).toBe("idle");
  });

  test("one page is asked for at a time", async () => {
    server.othersSay("one");
    await enter();
    const before = server.requests;
    await Promise.all([conversation().loadOlder(), conversation().loadOlder()]);
    expect(server.requests - before).toBe(1);
  });
});

describe("rooms", () => {
  test("a room joined elsewhere turns up with its first event", async () => {
    realtime = new Realtime(bootstrap([]), { environment, requests: server.rest, onEnded: () => (ended += 1) });
    server.log.push(joined(1, 0));
    realtime.start();
    await environment.advance(1_000);
    expect([...realtime.rooms.get().keys()]).toEqual([ROOM]);
    server.othersSay("hello");
    expect(texts()).toEqual(["hello"]);
  });

  test("what was pushed before a joined room was known is fetched", async () => {
    realtime = new Realtime(bootstrap([]), { environment, requests: server.rest, onEnded: () => (ended += 1) });
    realtime.start();
    await settle();
    const answer = server.room;
    server.othersSay("in between");
    realtime.addRoom({ ...answer, id: ROOM });
    await environment.advance(100);
    expect(texts()).toEqual(["in between"]);
  });

  test("a room that was left is gone, with its timers", async () => {
    await enter();
    server.mood = "busy";
    realtime.say(ROOM, "hello");
    server.push({ type: "left", room: ROOM });
    expect(realtime.rooms.get().size).toBe(0);
    realtime.stop();
    await environment.advance(100);
    expect(environment.timers).toBe(0);
  });

  test("a change of membership is told to who shows the members", async () => {
    await enter();
    server.push(joined(1, 0));
    expect(realtime.memberships.get().get(ROOM)).toBe(1);
  });
});

describe("what is new", () => {
  test("messages that come while the room is not shown are counted, until it is", async () => {
    await enter();
    server.othersSay("one");
    server.othersSay("two");
    expect(unseen()).toBe(2);
    realtime.show(ROOM);
    expect(unseen()).toBe(0);
    server.othersSay("three");
    expect(unseen()).toBe(0);
    realtime.show(null);
    server.othersSay("four");
    expect(unseen()).toBe(1);
  });

  test("what was said before the visit is not new, nor what the user says elsewhere", async () => {
    server.othersSay("old");
    await enter();
    expect(unseen()).toBe(0);
    server.push(said(2, 2, { sender: ME }));
    expect(unseen()).toBe(0);
  });
});

describe("signs", () => {
  test("a typing sign goes when it is not renewed, when it ends, and when the message comes", async () => {
    await enter();
    const typing = () => realtime.typing.typing.get().get(ROOM) ?? [];
    server.push({ type: "typing", room: ROOM, user: ADA, on: true });
    expect(typing()).toEqual([ADA]);
    await environment.advance(6_000);
    expect(typing()).toEqual([]);
    server.push({ type: "typing", room: ROOM, user: ADA, on: true });
    server.othersSay("done");
    expect(typing()).toEqual([]);
    server.push({ type: "typing", room: ROOM, user: ME, on: true });
    expect(typing()).toEqual([]);
  });

  test("typing is told once in a while, and its end only when something was told", async () => {
    await enter();
    realtime.typing.tellStopped(ROOM);
    for (let key = 0; key < 50; key += 1) {
      realtime.typing.tell(ROOM);
      await environment.advance(100);
    }
    expect(environment.socket.actions("typing")).toHaveLength(2);
    realtime.typing.tellStopped(ROOM);
    expect(environment.socket.actions("typing").map((frame) => frame.on)).toEqual([true, true, false]);
  });

  test("who is watched is told when it changes, and again to each new connection", async () => {
    await enter();
    realtime.presence.watch("members", [ADA]);
    realtime.presence.watch("members", [ADA]);
    expect(environment.socket.actions("presence.watch")).toMatchObject([{ users: [ADA] }]);
    server.push({ type: "presence", users: { [ADA]: "online" } });
    expect(realtime.presence.online.get().has(ADA)).toBe(true);
    server.cut();
    await environment.advance(1_000);
    expect(environment.socket.actions("presence.watch")).toMatchObject([{ users: [ADA] }]);
    server.push({ type: "presence", users: { [ADA]: "offline" } });
    expect(realtime.presence.online.get().has(ADA)).toBe(false);
  });

  test("authors that are not known are asked for once", async () => {
    await enter();
    const before = server.requests;
    server.push(said(1, 1, { sender: id(77) }));
    server.push(said(2, 2, { sender: id(77) }));
    await environment.advance(100);
    expect(realtime.directory.users.get().get(id(77))?.name).toBe(`User ${id(77)}`);
    expect(server.requests - before).toBe(1);
  });
});

test("a connection the server does not take for live is opened anew", async () => {
  await enter();
  server.push({ type: "error", id: id(9), code: "not_live", message: "", retry: false });
  await environment.advance(1_000);
  expect(environment.sockets).toHaveLength(2);
});

test("an undisturbed connection is kept", async () => {
  await enter();
  await environment.advance(600_000);
  expect(environment.sockets).toHaveLength(1);
});

test("an ended session is told once", async () => {
  await enter();
  server.push({ type: "session.ended" });
  expect(ended).toBe(1);
});

test("a room that could not be asked for is asked for again at its next event", async () => {
  await enter();
  realtime.removeRoom(ROOM);
  server.reachable = false;
  server.push(said(1, 1));
  await settle();
  expect(realtime.rooms.get().size).toBe(0);
  server.reachable = true;
  server.push(said(1, 1));
  await environment.advance(100);
  expect(realtime.rooms.get().size).toBe(1);
});

type Act = (step: number) => Promise<void> | void;

const ACTS: Record<string, Act> = {
  say: (step) => realtime.say(ROOM, `mine ${step}`),
  "others say": (step) => server.othersSay(`theirs ${step}`),
  "lose a push": () => void (server.losePushes += 1),
  "lose an ack": () => void (server.loseAcks += 1),
  "cut the line": () => server.cut(),
  "cut the line unnoticed": () => server.cut(false),
  "forget the log": () => void (server.keptFrom = server.seq + 1),
  "be busy": () => void (server.mood = "busy"),
  "be well": () => void (server.mood = "well"),
  "go away": () => void (server.reachable = false),
  "come back": () => void (server.reachable = true),
  "load history": () => void conversation().loadOlder(),
  "wait a little": () => environment.advance(300),
  "wait long": () => environment.advance(15_000),
};

test("whatever is lost, in the end everything said is shown once and in the server's order", async () => {
  const acts = fc.array(fc.constantFrom(...Object.keys(ACTS)), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(acts, async (names) => {
      begin();
      await enter();
      for (const [step, name] of names.entries()) await ACTS[name]?.(step);
      Object.assign(server, { losePushes: 0, loseAcks: 0, mood: "well", reachable: true });
      await environment.advance(240_000);

      expect(realtime.connection.state.get().status).toBe("live");
      expect(pending()).toEqual([]);
      const { low, cursor } = conversation().log.get();
      expect(cursor).toBe(server.seq);
      expect(shown()).toEqual(server.messages.filter((message) => message.n >= low));
      const mine = names.flatMap((name, step) => (name === "say" ? [`mine ${step}`] : []));
      expect(server.messages.filter(({ sender }) => sender === ME).map(({ text }) => text)).toEqual(mine);
      realtime.stop();
    }),
    { numRuns: 300 },
  );
}, 60_000);
