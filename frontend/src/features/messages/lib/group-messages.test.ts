import { describe, expect, test } from "vitest";

import type { Message } from "@/shared/contract/types";
import type { PendingMessage } from "@/shared/realtime/outbox";

import { groupMessages, groupOf, sameGroup } from "./group-messages";

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

  test("a run that would be longer than a screen goes on in another group", () => {
    const run = Array.from({ length: 90 }, (_, index) => message(index + 1, "ada", 0));
    expect(keys(run).map((group) => group.length)).toEqual([40, 40, 10]);
  });

  test("what is shown stays as it is when older messages are joined above it", () => {
    const all = [message(1, "ada", 0), message(2, "ada", 1), message(3, "ada", 2), message(4, "eve", 3)];
    const before = groupMessages(all.slice(2), [], "me");
    const after = groupMessages(all, [], "me", null, new Set([3]));
    expect(after.slice(-before.length).map(({ key, newDay, lines }) => [key, newDay, lines.length])).toEqual(
      before.map(({ key, newDay, lines }) => [key, newDay, lines.length]),
    );
    expect(after.map(({ lines }) => lines.map(({ n }) => n))).toEqual([[1, 2], [3], [4]]);
  });

  test("each message is found in its group, and none that is not there", () => {
    const groups = groupMessages([message(5, "ada", 0), message(6, "ada", 1), message(7, "eve", 1)], [waiting("w", 2)], "me");
    expect([4, 5, 6, 7, 8].map((n) => groupOf(groups, n))).toEqual([-1, 0, 0, 1, -1]);
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
