import { describe, expect, test } from "vitest";

import type { Message } from "@/shared/contract/types";
import type { PendingMessage } from "@/shared/realtime/outbox";

import { groupMessages, sameGroup } from "./group-messages";

const NOON = new Date(2026, 0, 5, 12).getTime();
const MINUTE = 60_000;

function message(n: number, sender: string, minutes: number): Message {
  const ts = (NOON + minutes * MINUTE) * 1_000;
  return {
    ...{ room: "r", n, seq: n, ts, id: `m${n}`, sender, text: `text ${n}`, reply_to: null, mentions: [] },
    ...{ edited_at: null, deleted_at: null, reactions: [] },
  };
}

function waiting(id: string, minutes: number): PendingMessage {
  return { id, text: id, replyTo: null, ts: (NOON + minutes * MINUTE) * 1_000, late: false, refusal: null, ack: null };
}

const keys = (messages: Message[], pending: PendingMessage[] = []) =>
  groupMessages(messages, pending, "me").map((group) => group.lines.map((line) => line.key));

describe("groups", () => {
  test("one author's messages within five minutes of each other stand together", () => {
    expect(keys([message(1, "ada", 0), message(2, "ada", 4), message(3, "ada", 8)])).toEqual([["m1", "m2", "m3"]]);
    expect(keys([message(1, "ada", 0), message(2, "ada", 5)])).toEqual([["m1"], ["m2"]]);
    expect(keys([message(1, "ada", 0), message(2, "eve", 1), message(3, "ada", 2)])).toEqual([["m1"], ["m2"], ["m3"]]);
  });

  test("a new day begins a group, and says so", () => {
    const midnight = 12 * 60;
    const groups = groupMessages([message(1, "ada", midnight - 1), message(2, "ada", midnight + 1)], [], "me");
    expect(groups.map((group) => group.newDay)).toEqual([true, true]);
    const later = groupMessages([message(1, "ada", 0), message(2, "eve", 1)], [], "me");
    expect(later.map((group) => group.newDay)).toEqual([true, false]);
  });

  test("what is unread begins a group, and says so, wherever it begins", () => {
    const said = [message(1, "ada", 0), message(2, "ada", 1), message(3, "ada", 2)];
    const groups = groupMessages(said, [], "me", 1);
    expect(groups.map(({ unread, lines }) => [unread, lines.length])).toEqual([
      [false, 1],
      [true, 2],
    ]);
    expect(groupMessages(said, [], "me", 3)).toHaveLength(1);
  });

  test("what is on its way follows what is there, as the user's own", () => {
    expect(keys([message(1, "me", 0)], [waiting("p1", 1)])).toEqual([["m1", "p1"]]);
    expect(keys([message(1, "ada", 0)], [waiting("p1", 1)])).toEqual([["m1"], ["p1"]]);
  });
});

describe("whether a group looks the same", () => {
  const group = (messages: Message[], pending: PendingMessage[] = []) => {
    const [first] = groupMessages(messages, pending, "me");
    if (first === undefined) throw new Error("no group");
    return first;
  };

  const mine = message(1, "me", 0);

  test("made anew of the same messages it does", () => {
    expect(sameGroup(group([mine]), group([mine]))).toBe(true);
  });

  test("with a message that was edited it does not", () => {
    expect(sameGroup(group([mine]), group([{ ...mine, text: "other", edited_at: 1 }]))).toBe(false);
  });

  test("with one more, with a confirmed one, and with a refused one it does not", () => {
    const before = group([mine], [waiting("m2", 1)]);
    expect(sameGroup(before, group([mine]))).toBe(false);
    expect(sameGroup(before, group([mine, message(2, "me", 1)]))).toBe(false);
    expect(sameGroup(before, group([mine], [{ ...waiting("m2", 1), refusal: "No." }]))).toBe(false);
  });
});
