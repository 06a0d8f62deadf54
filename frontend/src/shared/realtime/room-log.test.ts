import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { LogEvent, Messages } from "@/shared/contract/types";

import { emptyLog, hasGap, mergeEvents, messageAt, prependPage, restart, setApart, type RoomLog } from "./room-log";
import { ADA, anyLog, followed, historyOf, id, logOf, ME, ROOM, said, type Saying } from "./testing/fixtures";

/** The newest page of what the log holds up to `seq`, or the one before message `before`. */
function pageOf(events: readonly LogEvent[], seq: number, limit: number, before = Number.POSITIVE_INFINITY): Messages {
  const present = events.filter((event) => event.seq <= seq);
  const messages = historyOf(present).filter((message) => message.n < before);
  return { messages: messages.slice(-limit), as_of: seq, n: present[present.length - 1]?.n ?? 0 };
}

function startAt(events: readonly LogEvent[], seq: number): RoomLog {
  return emptyLog(ROOM, seq, events[seq - 1]?.n ?? 0);
}

/** What a client shows that has loaded the newest page as of `seq`. */
function loadedAt(events: readonly LogEvent[], seq: number, limit: number): RoomLog {
  return restart(emptyLog(ROOM, 0, 0), pageOf(events, seq, limit)).log;
}

describe("merging events", () => {
  test("any order, any repeats: everything is applied once, in the log's order", () => {
    const scenario = anyLog.chain((events) =>
      fc.record({
        events: fc.constant(events),
        start: fc.nat({ max: events.length }),
        order: fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
        batch: fc.integer({ min: 1, max: 5 }),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ events, start, order, batch }) => {
        let log = startAt(events, start);
        const applied: LogEvent[] = [];
        for (let at = 0; at < order.length; at += batch) {
          const merge = mergeEvents(log, order.slice(at, at + batch));
          expect(merge.broken).toBe(false);
          applied.push(...merge.applied);
          log = merge.log;
        }
        expect(applied).toEqual(events.slice(start));
        expect(log.messages).toEqual(historyOf(events).filter((message) => message.seq > start));
        expect(log.cursor).toBe(events.length);
        expect(hasGap(log)).toBe(false);
      }),
    );
  });

  test("whatever is missing, what is shown is dense and nothing beyond the gap is applied", () => {
    fc.assert(
      fc.property(anyLog, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (events, lost) => {
        const arrived = events.filter((_, index) => lost[index] !== true);
        const { log } = mergeEvents(startAt(events, 0), arrived);
        const gap = events.findIndex((_, index) => lost[index] === true);
        expect(log.cursor).toBe(gap === -1 ? events.length : gap);
        expect(hasGap(log)).toBe(arrived.length > log.cursor);
      }),
    );
  });

  test("an event that does not continue the count is not applied", () => {
    const merge = mergeEvents(emptyLog(ROOM, 4, 2), [said(5, 9)]);
    expect(merge.broken).toBe(true);
    expect(merge.log.messages).toEqual([]);
  });

  test("a message that did not change stays the same object, whatever happens to others", () => {
    const events = logOf([true, true]);
    const before = loadedAt(events, 2, 9);
    const edited = followed(events, { type: "message.edited", sender: ADA, target: 2, text: "other", mentions: [] });
    const { log } = mergeEvents(before, [edited]);
    expect(log.messages[0]).toBe(before.messages[0]);
    expect(log.messages[1]).toMatchObject({ text: "other", edited_at: edited.ts });
  });
});

describe("stale state plus events equals fresh state", () => {
  test("whatever happened since a page was loaded, its events make of it what a later page shows", () => {
    const scenario = anyLog.chain((events) =>
      fc.record({
        events: fc.constant(events),
        then: fc.nat({ max: events.length }),
        limit: fc.integer({ min: 1, max: 12 }),
        order: fc.shuffledSubarray(events, { minLength: events.length }),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ events, then, limit, order }) => {
        const stale = loadedAt(events, then, limit);
        const { log } = mergeEvents(stale, order);
        expect(log.messages).toEqual(historyOf(events).filter((message) => message.n >= log.low));
      }),
      { numRuns: 500 },
    );
  });

  const base = logOf([true, true]);
  const sayings: Saying[] = [
    { type: "message.created", sender: ME, text: "hi", reply_to: 1, mentions: [ADA] },
    { type: "message.edited", sender: ADA, target: 1, text: "better", mentions: [ME] },
    { type: "message.deleted", sender: ADA, target: 1 },
    { type: "reaction.added", sender: ME, target: 1, emoji: "🎉" },
    { type: "reaction.removed", sender: ADA, target: 1, emoji: "👍" },
    { type: "member.joined", sender: ME, user: ME },
    { type: "member.left", sender: ME, user: ME },
    { type: "room.updated", sender: ME, name: "new", topic: "" },
  ];

  test.each(sayings)("$type", (saying) => {
    const before = [...base, followed(base, { type: "reaction.added", sender: ADA, target: 1, emoji: "👍" })];
    const event = followed(before, saying);
    const { log } = mergeEvents(loadedAt(before, 3, 9), [event]);
    const fresh = loadedAt([...before, event], 4, 9);
    const shown = ({ messages, cursor, n, low }: RoomLog) => ({ messages, cursor, n, low });
    expect(shown(log)).toEqual(shown(fresh));
  });

  test("nothing brings back what was deleted", () => {
    const deleted = [...base, followed(base, { type: "message.deleted", sender: ADA, target: 2 })];
    const late = followed(deleted, { type: "reaction.added", sender: ME, target: 2, emoji: "👍" });
    expect(mergeEvents(loadedAt(deleted, 3, 9), [late]).log.messages[1]).toMatchObject({ text: "", reactions: [] });
  });
});

describe("history", () => {
  test("pages join below live events, whether they are ahead of them or behind", () => {
    const scenario = anyLog.chain((events) =>
      fc.record({
        events: fc.constant(events),
        start: fc.nat({ max: events.length }),
        limit: fc.integer({ min: 1, max: 7 }),
        // For each step: up to where events have come, and where the page was made from there on.
        steps: fc.array(fc.tuple(fc.nat({ max: 6 }), fc.integer({ min: -6, max: 6 })), { minLength: 1, maxLength: 12 }),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ events, start, limit, steps }) => {
        let log = startAt(events, start);
        const clamp = (seq: number): number => Math.max(start, Math.min(events.length, seq));
        for (const [further, off] of steps) {
          log = mergeEvents(log, events.slice(0, log.cursor + further)).log;
          log = prependPage(log, pageOf(events, clamp(log.cursor + off), limit, log.low));
        }
        log = mergeEvents(log, events).log;
        expect(log.messages).toEqual(historyOf(events).filter((message) => message.n >= log.low));
      }),
      { numRuns: 500 },
    );
  });

  test("messages loaded each by itself follow the log as well, and join the others when these come so far", () => {
    const scenario = anyLog.chain((events) =>
      fc.record({
        events: fc.constant(events),
        start: fc.nat({ max: events.length }),
        steps: fc.array(
          fc.record({
            further: fc.nat({ max: 6 }),
            off: fc.integer({ min: -6, max: 6 }),
            n: fc.integer({ min: 1, max: 20 }),
            older: fc.boolean(),
          }),
          { maxLength: 15 },
        ),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ events, start, steps }) => {
        let log = startAt(events, start);
        for (const { further, off, n, older } of steps) {
          log = mergeEvents(log, events.slice(0, log.cursor + further)).log;
          const asOf = Math.max(start, Math.min(events.length, log.cursor + off));
          if (older) log = prependPage(log, pageOf(events, asOf, 3, log.low));
          else log = setApart(log, pageOf(events, asOf, 1, n + 1), n);
        }
        log = mergeEvents(log, events).log;
        const fresh = historyOf(events);
        expect(log.messages).toEqual(fresh.filter((message) => message.n >= log.low));
        for (const [n, message] of log.apart) {
          expect(message).toEqual(fresh[n - 1]);
          expect(n).toBeLessThan(log.low);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a page from before a change does not undo it in a message that was loaded by itself", () => {
    const events = logOf([true, true, true, true]);
    const deleted = [...events, followed(events, { type: "message.deleted", sender: ADA, target: 2 })];
    const alone = setApart(loadedAt(events, 4, 1), pageOf(events, 4, 1, 3), 2);
    const { log } = mergeEvents(alone, deleted);
    expect(prependPage(log, pageOf(events, 4, 3, 4)).messages).toEqual(historyOf(deleted));
  });

  test("a message loaded by itself is found by its number", () => {
    const events = logOf(Array<boolean>(9).fill(true));
    const log = setApart(loadedAt(events, 9, 3), pageOf(events, 9, 1, 3), 2);
    expect(messageAt(log, 2)?.n).toBe(2);
    expect(messageAt(log, 9)?.n).toBe(9);
    expect(messageAt(log, 3)).toBeUndefined();
    expect(setApart(log, pageOf(events, 9, 1, 3), 2)).toBe(log);
  });

  test("a page that does not reach what is loaded changes nothing", () => {
    const events = logOf(Array<boolean>(9).fill(true));
    const log = emptyLog(ROOM, 9, 9);
    expect(prependPage(log, pageOf(events, 5, 3))).toBe(log);
  });

  test("a page older than the changes that are remembered changes nothing", () => {
    const events = logOf([true, true, true]);
    let log = loadedAt(events, 3, 1);
    for (let count = 0; count < 201; count += 1) {
      const saying = { type: "reaction.added", sender: id(count), target: 1, emoji: "👍" } as const;
      log = mergeEvents(log, [{ ...saying, room: ROOM, seq: 4 + count, n: 3, ts: 4 + count, id: id(5_000 + count) }]).log;
    }
    expect(prependPage(log, pageOf(events, 3, 3, 3))).toBe(log);
    expect(setApart(log, pageOf(events, 3, 1, 2), 1)).toBe(log);
  });

  test("starting anew keeps what was held beyond the page and drops what is in it", () => {
    const scenario = anyLog.chain((events) =>
      fc.record({
        events: fc.constant(events),
        asOf: fc.nat({ max: events.length }),
        held: fc.subarray(events),
        limit: fc.integer({ min: 1, max: 30 }),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ events, asOf, held, limit }) => {
        const before = { ...startAt(events, 0), held: new Map(held.map((event) => [event.seq, event])) };
        const { log } = restart(before, pageOf(events, asOf, limit));
        const rest = mergeEvents(log, events).log;
        expect(rest.messages).toEqual(historyOf(events).filter((message) => message.n >= log.low));
        expect(rest.cursor).toBe(events.length);
      }),
    );
  });
});
