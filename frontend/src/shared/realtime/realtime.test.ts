import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import { ApiError } from "@/shared/api/api-error";
import type { Message } from "@/shared/contract/types";

import { amended } from "./amendments";
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
const unread = () => realtime.reads.unread.get().get(ROOM) ?? { messages: 0, mentions: 0 };
const marks = () => environment.socket.actions("read.mark").map(({ n, version }) => ({ n, version }));
const message = (n: number): Message => {
  const { messages, low } = conversation().log.get();
  const found = amended(messages, low, conversation().amendments.pending.get())[n - low];
  if (found === undefined) throw new Error(`message ${n} is not loaded`);
  return found;
};

/** The reader has the room open, its newest message in sight, in a visible tab. */
function look(): void {
  realtime.reads.show(ROOM, true);
  realtime.reads.reach(ROOM);
}

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

  test("however much was missed, all of it is paged through: nothing is jumped over", async () => {
    await enter();
    server.cut();
    for (let count = 1; count <= 600; count += 1) server.othersSay(`message ${count}`);
    await environment.advance(1_000);
    for (let page = 0; page < 150; page += 1) await settle();
    expect(shown().map((message) => message.n)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
  });

  test("a message whose function died goes again at once, and is said once", async () => {
    await enter();
    server.dieOf = 1;
    realtime.say(ROOM, "mine");
    await environment.advance(2_000);
    expect(texts()).toEqual(["mine"]);
    expect(pending()).toEqual([]);
    expect(environment.sockets).toHaveLength(1);
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

  test("a room that starts anew is called as it is called now", async () => {
    await enter();
    server.cut();
    server.othersDo({ type: "room.updated", sender: ADA, name: "renamed", topic: "" });
    server.keptFrom = 99;
    await environment.advance(1_000);
    expect(realtime.rooms.get().get(ROOM)?.name).toBe("renamed");
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
    server.push({ type: "left", room: ROOM, seq: 1 });
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

describe("changing messages", () => {
  test("an edit is shown at once, and is the log's when it is answered", async () => {
    await enter();
    realtime.say(ROOM, "helo");
    realtime.edit(ROOM, 1, "hello");
    expect(message(1).text).toBe("hello");
    expect(shown()[0]?.text).toBe("helo");
    await environment.advance(100);
    expect(shown()[0]).toMatchObject({ text: "hello", edited_at: 2 });
    expect(conversation().amendments.pending.get()).toEqual([]);
  });

  test("what cannot be sent is tried again with the same id, in the order it was wanted", async () => {
    await enter();
    realtime.say(ROOM, "one");
    server.loseAnswers = 1;
    realtime.edit(ROOM, 1, "two");
    realtime.edit(ROOM, 1, "three");
    await environment.advance(10_000);
    expect(shown()[0]?.text).toBe("three");
    expect(server.log.map((event) => event.type)).toEqual(["message.created", "message.edited", "message.edited"]);
  });

  test("what the log shows already is not wanted any more, though its answer was lost", async () => {
    await enter();
    realtime.say(ROOM, "one");
    server.loseAnswers = 1;
    realtime.edit(ROOM, 1, "two");
    await settle();
    expect(conversation().amendments.pending.get()).toEqual([]);
    await environment.advance(60_000);
    expect(server.log).toHaveLength(2);
  });

  test("what is wanted without a connection waits for it, and goes at once when it is there", async () => {
    await enter();
    server.othersSay("hello");
    server.reachable = false;
    server.cut();
    realtime.react(message(1), "👍");
    await environment.advance(60_000);
    expect(message(1).reactions).toEqual([{ emoji: "👍", users: [ME] }]);
    server.reachable = true;
    realtime.connection.wake();
    await environment.advance(500);
    expect(shown()[0]?.reactions).toEqual([{ emoji: "👍", users: [ME] }]);
  });

  test("what is refused is as it was before, and it is said why", async () => {
    await enter();
    server.othersSay("hello");
    server.refusal = new ApiError("forbidden", "Only its author can edit a message.");
    realtime.edit(ROOM, 1, "mine now");
    expect(message(1).text).toBe("mine now");
    await settle();
    expect(message(1).text).toBe("hello");
    const { problem } = conversation().amendments;
    expect(problem.get()).toBe("Your edit was not saved. Only its author can edit a message.");
    conversation().amendments.dismissProblem();
    expect(problem.get()).toBeNull();
  });

  test("a server that fails again and again is not asked without end", async () => {
    await enter();
    server.othersSay("hello");
    server.mood = "busy";
    realtime.remove(ROOM, 1);
    expect(message(1).deleted_at).not.toBeNull();
    await environment.advance(120_000);
    expect(message(1).deleted_at).toBeNull();
    expect(conversation().amendments.problem.get()).toBe("The message was not deleted. Busy.");
  });

  test("reacting twice takes the reaction back", async () => {
    await enter();
    server.othersSay("hello");
    realtime.react(message(1), "👍");
    realtime.react(message(1), "👍");
    expect(message(1).reactions).toEqual([]);
    await environment.advance(1_000);
    expect(server.messages[0]?.reactions).toEqual([]);
    expect(server.log).toHaveLength(3);
  });

  test("an answer whose event was lost is fetched", async () => {
    await enter();
    server.othersSay("hello");
    server.losePushes = 1;
    realtime.remove(ROOM, 1);
    await environment.advance(1_000);
    expect(shown()[0]?.deleted_at).toBe(2);
    expect(conversation().amendments.pending.get()).toEqual([]);
  });

  test("what others change shows in what is loaded, and what is not loaded comes as it is", async () => {
    for (let count = 1; count <= 6; count += 1) server.othersSay(`message ${count}`);
    await enter();
    await conversation().loadOlder();
    server.othersDo({ type: "message.edited", sender: ADA, target: 6, text: "edited", mentions: [] });
    server.othersDo({ type: "message.deleted", sender: ADA, target: 1 });
    expect(message(6).text).toBe("edited");
    await conversation().loadOlder();
    expect(shown()).toEqual(server.messages);
  });

  test("whether something is nowhere but here is known until it is stored", async () => {
    await enter();
    expect(realtime.unsaved()).toBe(false);
    server.loseAcks = 1;
    realtime.say(ROOM, "hello");
    expect(realtime.unsaved()).toBe(true);
    await environment.advance(11_000);
    expect(realtime.unsaved()).toBe(false);
    realtime.edit(ROOM, 1, "other");
    expect(realtime.unsaved()).toBe(true);
    await settle();
    expect(realtime.unsaved()).toBe(false);
  });
});

describe("replies", () => {
  test("say what they answer, also when they are sent again", async () => {
    await enter();
    server.othersSay("question");
    server.loseAcks = 1;
    realtime.say(ROOM, "answer", 1);
    expect(pending()[0]?.replyTo).toBe(1);
    await environment.advance(11_000);
    expect(message(2).reply_to).toBe(1);
    expect(server.messages[1]?.reply_to).toBe(1);
  });

  test("a message they answer is loaded alone where it is far above, and follows what happens to it", async () => {
    for (let count = 1; count <= 9; count += 1) server.othersSay(`message ${count}`);
    await enter();
    await Promise.all([conversation().need(2), conversation().need(2)]);
    expect(conversation().log.get().apart.get(2)?.text).toBe("message 2");
    server.othersDo({ type: "message.deleted", sender: ADA, target: 2 });
    expect(conversation().log.get().apart.get(2)?.text).toBe("");
  });

  test("all messages back to one that is answered can be loaded", async () => {
    for (let count = 1; count <= 15; count += 1) server.othersSay(`message ${count}`);
    await enter();
    expect(await conversation().loadBackTo(3)).toBe(true);
    expect(shown()[0]?.n).toBeLessThanOrEqual(3);
    server.reachable = false;
    expect(await conversation().loadBackTo(1)).toBe(conversation().log.get().low === 1);
  });
});

describe("membership", () => {
  test("a late word of having left does not hide a room that was joined again", async () => {
    await enter();
    server.othersDo({ type: "member.left", sender: ME, user: ME });
    server.othersDo({ type: "member.joined", sender: ME, user: ME });
    server.push({ type: "left", room: ROOM, seq: 1 });
    expect(realtime.rooms.get().has(ROOM)).toBe(true);
    server.push({ type: "left", room: ROOM, seq: 2 });
    expect(realtime.rooms.get().has(ROOM)).toBe(false);
  });

  test("nor does one that is older than the server's word that one is a member", async () => {
    server.othersSay("one");
    server.othersSay("two");
    await enter();
    server.push({ type: "left", room: ROOM, seq: 1 });
    expect(realtime.rooms.get().has(ROOM)).toBe(true);
  });

  test("what the answer to a resume says counts, whatever was heard of the room before", async () => {
    await enter();
    server.cut();
    realtime.addRoom({ ...server.room, seq: server.seq + 5 });
    await environment.advance(1_000);
    server.push({ type: "left", room: ROOM, seq: server.seq });
    expect(realtime.rooms.get().has(ROOM)).toBe(false);
  });

  test("a room is called what its log says last", async () => {
    await enter();
    server.othersDo({ type: "room.updated", sender: ADA, name: "renamed", topic: "why" });
    expect(realtime.rooms.get().get(ROOM)).toMatchObject({ name: "renamed", topic: "why" });
  });
});

describe("reading", () => {
  const mentionMe = `<@${ME}> look`;

  test("what comes while nobody looks is unread, mentions apart, until it is in sight", async () => {
    await enter();
    server.othersSay("one");
    server.othersSay(mentionMe);
    expect(unread()).toEqual({ messages: 2, mentions: 1 });
    realtime.reads.show(ROOM, true);
    expect(unread().messages).toBe(2);
    realtime.reads.reach(ROOM);
    expect(unread()).toEqual({ messages: 0, mentions: 0 });
    expect(server.marker).toEqual({ n: 2, version: 0 });
  });

  test("a restore takes back what was read of what is lost", async () => {
    await enter();
    for (const text of ["one", "two", "three"]) server.othersSay(text);
    look();
    realtime.reads.show(null, false);
    expect(server.marker.n).toBe(3);
    server.cut();
    server.log.splice(1);
    server.marker = { n: 1, version: 0 };
    await environment.advance(60_000);
    expect(texts()).toEqual(["one"]);
    server.othersSay("new");
    expect(unread().messages).toBe(1);
  });

  test("a tab that is not visible reads nothing", async () => {
    await enter();
    realtime.reads.show(ROOM, false);
    realtime.reads.reach(ROOM);
    server.othersSay("one");
    expect(unread().messages).toBe(1);
    realtime.reads.show(ROOM, true);
    expect(unread().messages).toBe(0);
  });

  test("what was unread before the visit is unread, whether it is loaded or not", async () => {
    for (const text of ["one", mentionMe, "three"]) server.othersSay(text);
    server.marker = { n: 1, version: 4 };
    await enter();
    expect(unread()).toEqual({ messages: 2, mentions: 1 });
    server.othersSay(mentionMe);
    expect(unread()).toEqual({ messages: 3, mentions: 2 });
    await conversation().loadOlder();
    expect(unread()).toEqual({ messages: 3, mentions: 2 });
  });

  test("the server is told at most once a second, and of the last place", async () => {
    await enter();
    look();
    for (let count = 0; count < 5; count += 1) server.othersSay(`message ${count}`);
    expect(marks()).toEqual([{ n: 1, version: 0 }]);
    await environment.advance(1_000);
    expect(marks()).toEqual([
      { n: 1, version: 0 },
      { n: 5, version: 0 },
    ]);
    await environment.advance(30_000);
    expect(marks()).toHaveLength(2);
  });

  test("a marker that was moved without a connection is told when there is one", async () => {
    await enter();
    server.othersSay("one");
    server.cut(false);
    look();
    expect(server.marker.n).toBe(0);
    environment.socket.hangUp();
    await environment.advance(1_000);
    expect(server.marker.n).toBe(1);
  });

  test("what was read on another device is read here", async () => {
    await enter();
    server.othersSay("one");
    server.mark({ n: 1, version: 0 });
    expect(unread().messages).toBe(0);
    server.push({ type: "read.updated", room: ROOM, n: 0, version: 0 });
    expect(unread().messages).toBe(0);
  });

  test("what was read on another device while there was no connection is learnt after it", async () => {
    await enter();
    server.othersSay(mentionMe);
    server.cut();
    server.mark({ n: 1, version: 0 });
    await environment.advance(20_000);
    expect(unread()).toEqual({ messages: 0, mentions: 0 });
  });

  test("saying something leaves nothing unread only where nothing was", async () => {
    await enter();
    realtime.say(ROOM, "first");
    await settle();
    expect(unread().messages).toBe(0);
    expect(server.marker.n).toBe(1);
    server.othersSay("second");
    realtime.say(ROOM, "third");
    await environment.advance(2_000);
    expect(unread().messages).toBe(2);
    expect(server.marker.n).toBe(1);
  });

  test("what the user says on another device is not unread here, and is not told from here", async () => {
    await enter();
    server.push(said(1, 1, { sender: ME }));
    expect(unread().messages).toBe(0);
    expect(marks()).toEqual([]);
  });

  test("marked unread it stays so on the screen it is on, until the room is entered again", async () => {
    await enter();
    look();
    for (const text of ["one", "two", "three"]) server.othersSay(text);
    await environment.advance(2_000);
    realtime.reads.markUnread(ROOM, 2);
    expect(unread().messages).toBe(2);
    await environment.advance(2_000);
    expect(server.marker).toEqual({ n: 1, version: 1 });
    server.othersSay("four");
    realtime.reads.show(ROOM, false);
    realtime.reads.show(ROOM, true);
    expect(unread().messages).toBe(3);
    realtime.reads.show(null, false);
    realtime.reads.show(ROOM, true);
    expect(unread().messages).toBe(0);
    await environment.advance(2_000);
    expect(server.marker).toEqual({ n: 4, version: 1 });
  });

  test("marked unread on another device it stays so on this screen", async () => {
    await enter();
    look();
    server.othersSay("one");
    await environment.advance(2_000);
    server.mark({ n: 0, version: 1 });
    await environment.advance(2_000);
    expect(unread().messages).toBe(1);
    expect(server.marker).toEqual({ n: 0, version: 1 });
  });

  test("the divider stands where reading had come to, and does not move while the room is open", async () => {
    server.othersSay("one");
    server.othersSay("two");
    server.marker = { n: 1, version: 0 };
    await enter();
    await conversation().loadOlder();
    const divider = () => realtime.reads.dividers.get().get(ROOM);
    look();
    expect(divider()).toBe(1);
    server.othersSay("three");
    expect(divider()).toBe(1);
    realtime.reads.show(null, false);
    realtime.reads.show(ROOM, true);
    expect(divider()).toBeUndefined();
    realtime.reads.markUnread(ROOM, 3);
    expect(divider()).toBe(2);
  });

  test("a mention that an edit adds or a deletion takes away is counted so, loaded or not", async () => {
    for (const text of ["one", mentionMe, "three", "four", "five", "six"]) server.othersSay(text);
    await enter();
    expect(unread().mentions).toBe(1);
    server.othersDo({ type: "message.edited", sender: ADA, target: 6, text: mentionMe, mentions: [ME] });
    await environment.advance(2_000);
    expect(unread().mentions).toBe(2);
    server.othersDo({ type: "message.deleted", sender: ADA, target: 2 });
    await environment.advance(2_000);
    expect(unread()).toEqual({ messages: 6, mentions: 1 });
  });

  test("where the log starts anew, the mentions that were passed over are asked for", async () => {
    await enter();
    server.cut();
    server.othersSay(mentionMe);
    for (let count = 1; count <= 600; count += 1) server.othersSay(`message ${count}`);
    server.keptFrom = server.seq;
    await environment.advance(5_000);
    expect(unread()).toEqual({ messages: 601, mentions: 1 });
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
    const seen = () => realtime.presence.sightings.get().get(ADA);
    server.push({ type: "presence", users: { [ADA]: "online" } });
    expect(seen()).toEqual({ state: "online" });
    server.cut();
    await environment.advance(1_000);
    expect(environment.socket.actions("presence.watch")).toMatchObject([{ users: [ADA] }]);
    server.push({ type: "presence", users: { [ADA]: "away" } });
    expect(seen()).toEqual({ state: "away" });
    server.push({ type: "presence", users: { [ADA]: "offline" }, last_seen: { [ADA]: 5 } });
    expect(seen()).toEqual({ state: "offline", lastSeen: 5 });
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

const last = () => server.messages.filter((it) => it.deleted_at === null).at(-1);

/** Somebody else does this to the newest message there is. */
function othersDo(make: (target: number) => Parameters<FakeServer["othersDo"]>[0]): void {
  const target = last()?.n;
  if (target !== undefined) server.othersDo(make(target));
}

/** The user does this to the newest message on screen. */
function withNewest(act: (newest: Message) => void): void {
  const { messages, n } = conversation().log.get();
  if (messages.length > 0) act(message(n));
}

const ACTS: Record<string, Act> = {
  say: (step) => realtime.say(ROOM, `mine ${step}`),
  reply: (step) => withNewest(({ n }) => realtime.say(ROOM, `mine ${step}`, n)),
  edit: (step) => withNewest(({ n }) => realtime.edit(ROOM, n, `edited ${step} <@${ME}>`)),
  remove: () => withNewest(({ n }) => realtime.remove(ROOM, n)),
  react: () => withNewest((newest) => realtime.react(newest, "👍")),
  "others say": (step) => server.othersSay(`theirs ${step}`),
  "others mention": (step) => server.othersSay(`theirs ${step} <@${ME}>`),
  "others edit": (step) =>
    othersDo((target) => ({ type: "message.edited", sender: ADA, target, text: `changed ${step}`, mentions: [] })),
  "others remove": () => othersDo((target) => ({ type: "message.deleted", sender: ADA, target })),
  "others react": () => othersDo((target) => ({ type: "reaction.added", sender: ADA, target, emoji: "🎉" })),
  "others rename": (step) => server.othersDo({ type: "room.updated", sender: ADA, name: `name ${step}`, topic: "" }),
  "others join": () => server.othersDo({ type: "member.joined", sender: ADA, user: ADA }),
  look,
  "look away": () => realtime.reads.show(null, false),
  "read elsewhere": () => server.mark({ n: server.n, version: server.marker.version }),
  "mark unread elsewhere": () => server.mark({ n: Math.floor(server.n / 2), version: server.marker.version + 1 }),
  "mark unread": () => withNewest(({ n }) => realtime.reads.markUnread(ROOM, n)),
  quote: () => void conversation().need(1),
  "lose a push": () => void (server.losePushes += 1),
  "delay a push": () => void (server.latePushes += 1),
  "double a push": () => void (server.doublePushes += 1),
  "lose an ack": () => void (server.loseAcks += 1),
  "die of a message": () => void (server.dieOf += 1),
  "lose an answer": () => void (server.loseAnswers += 1),
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

test("whatever is lost, late or double, in the end everything is shown once, as the server has it and in its order", async () => {
  const acts = fc.array(fc.constantFrom(...Object.keys(ACTS)), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(acts, async (names) => {
      begin();
      await enter();
      const wanted: string[] = [];
      for (const [step, name] of names.entries()) {
        if (name === "say" || (name === "reply" && shown().length > 0)) wanted.push(`mine ${step}`);
        await ACTS[name]?.(step);
      }
      Object.assign(server, { losePushes: 0, latePushes: 0, doublePushes: 0, loseAcks: 0, dieOf: 0, loseAnswers: 0, mood: "well", reachable: true });
      await environment.advance(240_000);

      expect(realtime.connection.state.get().status).toBe("live");
      expect(pending()).toEqual([]);
      expect(conversation().amendments.pending.get()).toEqual([]);
      const { low, cursor, apart } = conversation().log.get();
      expect(cursor).toBe(server.seq);
      const fresh = server.messages;
      expect(shown()).toEqual(fresh.filter((it) => it.n >= low));
      for (const [n, single] of apart) expect(single).toEqual(fresh[n - 1]);
      expect(realtime.rooms.get().get(ROOM)?.name).toBe(server.name);
      expect(realtime.reads.marker(ROOM)).toEqual(server.marker);
      expect(unread()).toEqual({ messages: server.n - server.marker.n, mentions: server.mentions });
      const said = server.log.flatMap((it) => (it.type === "message.created" && it.sender === ME ? [it.text] : []));
      expect(said).toEqual(wanted);
      realtime.stop();
    }),
    { numRuns: 300 },
  );
});

test("another role in the workspace is known at once", async () => {
  await enter();
  server.push({ type: "workspace_role.updated", role: "admin" });
  expect(realtime.workspaceRole.get()).toBe("admin");
});

test("whom the user has blocked is the same on all devices, and types unseen", async () => {
  await enter();
  server.push({ type: "typing", room: ROOM, user: ADA, on: true });
  expect(realtime.typing.typing.get().get(ROOM)).toEqual([ADA]);
  server.push({ type: "typing", room: ROOM, user: ADA, on: false });
  server.push({ type: "blocks.updated", blocks: { version: 2, users: [ADA] } });
  server.push({ type: "blocks.updated", blocks: { version: 1, users: [] } });
  expect(realtime.hasBlocked(ADA)).toBe(true);
  server.push({ type: "typing", room: ROOM, user: ADA, on: true });
  expect(realtime.typing.typing.get().get(ROOM) ?? []).toEqual([]);
  server.push({ type: "blocks.updated", blocks: { version: 3, users: [] } });
  expect(realtime.hasBlocked(ADA)).toBe(false);
});

describe("what has no place in a log is asked for once the connection is live", () => {
  const blocked = () => realtime.blocks.current.get().users;

  test("since it may have changed after the first screen was loaded", async () => {
    await enter();
    server.screen = { blocks: { version: 2, users: [ADA] }, workspace_role: "admin" };
    await environment.advance(15_000);
    expect(blocked()).toEqual([ADA]);
    expect(realtime.workspaceRole.get()).toBe("admin");
    const asked = server.requests;
    await environment.advance(600_000);
    expect(server.requests).toBe(asked);
  });

  test("and again after the connection was lost", async () => {
    await enter();
    await environment.advance(60_000);
    server.cut();
    server.screen = { blocks: { version: 3, users: [ADA] }, users: [{ id: ADA, name: "Ada Lovelace" }] };
    await environment.advance(15_000);
    expect(blocked()).toEqual([ADA]);
    expect(realtime.directory.users.get().get(ADA)?.name).toBe("Ada Lovelace");
  });
});
