import { beforeEach, describe, expect, test } from "vitest";

import type { Ack, Error as Refusal, SendMessage } from "@/shared/contract/types";

import { LATE_MS, Outbox } from "./outbox";
import { FakeEnvironment } from "./testing/fake-environment";
import { id, ME, ROOM } from "./testing/fixtures";

let environment: FakeEnvironment;
let connected: boolean;
let sent: SendMessage[];
let outbox: Outbox;
let silences: number;

beforeEach(() => {
  environment = new FakeEnvironment();
  connected = true;
  sent = [];
  silences = 0;
  let ids = 100;
  outbox = new Outbox(ROOM, environment, {
    newId: () => id(ids++),
    serverTime: () => environment.now() * 1_000,
    onSilence: () => (silences += 1),
    send: (command) => {
      if (connected) sent.push(command);
      return connected;
    },
  });
});

function ack(of: SendMessage | undefined, seq: number): Ack {
  return { type: "ack", id: of?.id ?? "", room: ROOM, seq, n: seq, ts: seq };
}

function refusal(of: SendMessage | undefined, change: Partial<Refusal>): Refusal {
  return { type: "error", id: of?.id ?? "", code: "bad_request", message: "No.", retry: false, ...change };
}

const texts = () => sent.map((command) => command.text);

describe("sending", () => {
  test("one message is in flight at a time, the next goes with the ack", () => {
    outbox.add("one");
    outbox.add("two");
    expect(texts()).toEqual(["one"]);
    outbox.acked(ack(sent[0], 1), ME);
    expect(texts()).toEqual(["one", "two"]);
  });

  test("the ack stands for the event, and the message is pending until the log has it", () => {
    outbox.add("hello");
    const event = outbox.acked(ack(sent[0], 7), ME);
    expect(event).toMatchObject({ type: "message.created", seq: 7, n: 7, sender: ME, text: "hello" });
    expect(outbox.pending.get()).toHaveLength(1);
    outbox.confirmed(sent[0]?.id ?? "");
    expect(outbox.pending.get()).toEqual([]);
  });

  test("an ack that nobody waits for is no event", () => {
    expect(outbox.acked(ack(undefined, 1), ME)).toBeNull();
  });

  test("without an ack it is sent again with the same id", async () => {
    outbox.add("hello");
    await environment.advance(LATE_MS * 2);
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent.map((command) => command.id)).size).toBe(1);
    expect(silences).toBe(sent.length - 1);
  });

  test("what was written offline goes in order once there is a connection", () => {
    connected = false;
    outbox.add("one");
    outbox.add("two");
    connected = true;
    outbox.pump();
    outbox.acked(ack(sent[0], 1), ME);
    expect(texts()).toEqual(["one", "two"]);
  });

  test("a lost connection sends what was in flight again, with the same id", () => {
    outbox.add("hello");
    outbox.interrupted();
    outbox.pump();
    expect(texts()).toEqual(["hello", "hello"]);
    expect(sent[0]?.id).toBe(sent[1]?.id);
  });

  test("nothing is left to happen once all is acked and confirmed", () => {
    outbox.add("hello");
    outbox.acked(ack(sent[0], 1), ME);
    outbox.confirmed(sent[0]?.id ?? "");
    expect(environment.timers).toBe(0);
  });
});

describe("trouble", () => {
  test("a refused message tells why, and does not hold up the next", () => {
    outbox.add("bad");
    outbox.add("good");
    outbox.refused(refusal(sent[0], { message: "Too long." }));
    expect(outbox.pending.get()[0]?.refusal).toBe("Too long.");
    expect(texts()).toEqual(["bad", "good"]);
  });

  test("a refused message is tried again under a new id, and still says what it answers", () => {
    outbox.add("old", 7);
    outbox.refused(refusal(sent[0], { code: "stale_id" }));
    outbox.retry(sent[0]?.id ?? "");
    expect(texts()).toEqual(["old", "old"]);
    expect(sent[1]?.id).not.toBe(sent[0]?.id);
    expect(sent.map((command) => command.reply_to)).toEqual([7, 7]);
    expect(outbox.pending.get()).toHaveLength(1);
  });

  test("a message refused for now keeps its turn and its id", async () => {
    outbox.add("one");
    outbox.add("two");
    outbox.refused(refusal(sent[0], { code: "rate_limited", retry: true }));
    expect(texts()).toEqual(["one"]);
    await environment.advance(1_000);
    expect(texts()).toEqual(["one", "one"]);
    expect(outbox.pending.get()[0]?.refusal).toBeNull();
  });

  test("a message whose frame came to nothing is sent again soon, with the same id and not in between", async () => {
    outbox.failed();
    outbox.add("one");
    outbox.failed();
    outbox.failed();
    await environment.advance(2_000);
    expect(texts()).toEqual(["one", "one"]);
    expect(sent[1]?.id).toBe(sent[0]?.id);
    expect(silences).toBe(0);
  });

  test("a message is late after ten seconds, keeps its id when retried, and is gone when deleted", async () => {
    connected = false;
    outbox.add("hello");
    await environment.advance(LATE_MS - 1);
    expect(outbox.pending.get()[0]?.late).toBe(false);
    await environment.advance(1);
    expect(outbox.pending.get()[0]?.late).toBe(true);
    connected = true;
    const before = outbox.pending.get()[0]?.id ?? "";
    outbox.retry(before);
    expect(sent[0]?.id).toBe(before);
    expect(outbox.pending.get()[0]?.late).toBe(false);
    outbox.discard(before);
    expect(outbox.pending.get()).toEqual([]);
    expect(environment.timers).toBe(0);
  });

  test("a frame the server hung up on is not sent again by itself", () => {
    outbox.add("huge");
    outbox.refuseFlight("Too long.");
    outbox.interrupted();
    outbox.pump();
    expect(texts()).toEqual(["huge"]);
    expect(outbox.pending.get()[0]?.refusal).toBe("Too long.");
  });

  test("the refusal of something else is not taken for a message's", () => {
    outbox.add("hello");
    expect(outbox.refused(refusal(undefined, {}))).toBe(false);
    expect(outbox.refused(refusal(undefined, { id: null }))).toBe(false);
    expect(outbox.pending.get()[0]?.refusal).toBeNull();
  });
});
