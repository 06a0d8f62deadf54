import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { LogEvent, Messages } from "@/shared/contract/types";

import { emptyLog, hasGap, mergeEvents, prependPage, restart, type RoomLog } from "./room-log";
import { logOf, messagesOf, ROOM, said } from "./testing/fixtures";

/** The newest page of what the log holds up to `seq`, or the one before message `before`. */
function pageOf(events: readonly LogEvent[], seq: number, limit: number, before = Number.POSITIVE_INFINITY): Messages {
  const present = events.filter((event) => event.seq <= seq);
  const messages = messagesOf(present).filter((message) => message.n < before);
  return { messages: messages.slice(-limit), as_of: seq, n: present[present.length - 1]?.n ?? 0 };
}

function startAt(events: readonly LogEvent[], seq: number): RoomLog {
  return emptyLog(ROOM, seq, events[seq - 1]?.n ?? 0);
}

const anyLog = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }).map(logOf);

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
        expect(log.messages).toEqual(messagesOf(events.slice(start)));
        expect(log.cursor).toBe(events.length);
        expect(hasGap(log)).toBe(false);
      }),
    );
  });

  test("whatever is missing, what is shown is dense and nothing beyond the gap is applied", () => {
    fc.assert(
      fc.property(anyLog, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (events, lost) => {
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
});

describe("history", () => {
  test("pages join below live events, without a hole and without a repeat", () => {
    const scenario = anyLog.chain((events) =>
      fc.record({ events: fc.constant(events), start: fc.nat({ max: events.length }), limit: fc.integer({ min: 1, max: 7 }) }),
    );
    fc.assert(
      fc.property(scenario, ({ events, start, limit }) => {
        let { log } = mergeEvents(startAt(events, start), events.slice(start));
        for (let round = 0; round <= events.length; round += 1) {
          log = prependPage(log, pageOf(events, events.length, limit, log.low));
        }
        expect(log.messages).toEqual(messagesOf(events));
        expect(log.low).toBe(1);
      }),
    );
  });

  test("a page that does not reach what is loaded changes nothing", () => {
    const events = logOf(Array<boolean>(9).fill(true));
    const log = emptyLog(ROOM, 9, 9);
    expect(prependPage(log, pageOf(events, 5, 3))).toBe(log);
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
        const shown = messagesOf(events).filter((message) => message.n >= log.low);
        expect(rest.messages).toEqual(shown);
        expect(rest.cursor).toBe(events.length);
      }),
    );
  });
});
