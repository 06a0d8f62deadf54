/**
 * What a client knows of one room's log, as pure functions over an immutable value.
 *
 * Loaded messages are dense by `n` and end at the room's newest known one, so history is joined below without a search,
 * and events are merged above by `seq` alone: earlier ones are dropped, later ones are held until the gap is filled.
 *
 * A page of history says what it is as of. Where that is behind the cursor, what changed its messages meanwhile was kept
 * and is applied to them. Where it is ahead, events come that are in it already: they change nothing in the end, for of
 * all that is said of a text or of one user's reaction the last word counts, and a deletion is final.
 */
import type { LogEvent, Message, Messages } from "@/shared/contract/types";

import { changed, isChange, messageOf, type Change } from "./message";

export interface RoomLog {
  readonly room: string;
  /** Every event up to this seq is applied. */
  readonly cursor: number;
  /** Messages in the room as of `cursor`. */
  readonly n: number;
  /** Loaded messages, ascending and dense: from `low` to `n`. */
  readonly messages: readonly Message[];
  /** Number of the first loaded message, or n + 1 when none is. */
  readonly low: number;
  /** Messages below `low` that are loaded each by itself, by number: those that loaded ones answer. */
  readonly apart: ReadonlyMap<number, Message>;
  /** Events beyond a gap, by seq. */
  readonly held: ReadonlyMap<number, LogEvent>;
  /** The latest changes of messages that are not loaded: all those after seq `missedAfter`. */
  readonly missed: readonly Change[];
  readonly missedAfter: number;
}

/** What merging events did: the log after it, and which of them became visible now, in order. */
export interface Merge {
  readonly log: RoomLog;
  readonly applied: readonly LogEvent[];
  /** The events do not continue what is known: only loading the room afresh helps. */
  readonly broken: boolean;
}

/** A page is on its way for seconds, and rarely does so much change meanwhile. */
const MISSED = 200;

export function emptyLog(room: string, seq: number, n: number): RoomLog {
  return {
    ...{ room, cursor: seq, n, messages: [], low: n + 1, missedAfter: seq },
    ...{ apart: new Map(), held: new Map(), missed: [] },
  };
}

/** The message with this number, if it is loaded. */
export function messageAt(log: RoomLog, n: number): Message | undefined {
  return log.messages[n - log.low] ?? log.apart.get(n);
}

/** Merges events in whatever order and however often they come. */
export function mergeEvents(log: RoomLog, events: readonly LogEvent[]): Merge {
  const fresh = events.filter((event) => event.seq > log.cursor && !log.held.has(event.seq));
  if (fresh.length === 0) return { log, applied: [], broken: false };
  const held = new Map(log.held);
  for (const event of fresh) held.set(event.seq, event);
  return drain({ ...log, held });
}

/** Applies what is held and follows the cursor without a gap. */
function drain(log: RoomLog): Merge {
  const held = new Map(log.held);
  const applied: LogEvent[] = [];
  let { cursor, n } = log;
  for (let next = held.get(cursor + 1); next !== undefined; next = held.get(cursor + 1)) {
    held.delete(next.seq);
    const expected = next.type === "message.created" ? n + 1 : n;
    if (next.n !== expected) return { log, applied: [], broken: true };
    cursor = next.seq;
    n = next.n;
    applied.push(next);
  }
  return { log: { ...withEvents(log, applied), cursor, n, held }, applied, broken: false };
}

/** The log with the messages that the events make and change; `applied` continues what is there. */
function withEvents(log: RoomLog, applied: readonly LogEvent[]): RoomLog {
  if (!applied.some((event) => event.type === "message.created" || isChange(event))) return log;
  const messages = [...log.messages];
  const apart = new Map(log.apart);
  const missed: Change[] = [];
  for (const event of applied) {
    if (event.type === "message.created") messages.push(messageOf(event));
    if (!isChange(event)) continue;
    const loaded = messages[event.target - log.low] ?? apart.get(event.target);
    if (loaded === undefined) missed.push(event);
    else if (event.target >= log.low) messages[event.target - log.low] = changed(loaded, event);
    else apart.set(event.target, changed(loaded, event));
  }
  return remember({ ...log, messages, apart }, missed);
}

function remember(log: RoomLog, changes: readonly Change[]): RoomLog {
  const all = [...log.missed, ...changes];
  const forgotten = all[all.length - MISSED - 1];
  return { ...log, missed: all.slice(-MISSED), missedAfter: forgotten?.seq ?? log.missedAfter };
}

/** Whether events are known to be missing below one that has come. */
export function hasGap(log: RoomLog): boolean {
  return log.held.size > 0;
}

/**
 * Joins a page of older messages below the loaded ones.
 *
 * A page that does not reach them changes nothing, nor does one so old that it is not known any more what it lacks.
 */
export function prependPage(log: RoomLog, page: Messages): RoomLog {
  const older = page.messages.filter((message) => message.n < log.low);
  const first = older[0];
  const last = older[older.length - 1];
  if (first === undefined || last?.n !== log.low - 1 || page.as_of < log.missedAfter) return log;
  // What happened since to one that was loaded by itself, it knows; it is not among what was kept for those that were not.
  const joined = upToDate(log, older, page.as_of).map((message) => log.apart.get(message.n) ?? message);
  const apart = new Map([...log.apart].filter(([n]) => n < first.n));
  return { ...log, messages: [...joined, ...log.messages], low: first.n, apart };
}

/** Takes in message n of the page by itself, unless it belongs to the loaded ones or the page is too old, as above. */
export function setApart(log: RoomLog, page: Messages, n: number): RoomLog {
  const found = page.messages.filter((message) => message.n === n);
  const wanted = n < log.low && !log.apart.has(n);
  if (!wanted || page.as_of < log.missedAfter) return log;
  const [message] = upToDate(log, found, page.as_of);
  if (message === undefined) return log;
  return { ...log, apart: new Map(log.apart).set(n, message) };
}

/** The messages, which were not loaded before, with what happened to them from `asOf` to the cursor. */
function upToDate(log: RoomLog, messages: readonly Message[], asOf: number): Message[] {
  const rows = new Map(messages.map((message) => [message.n, message]));
  for (const change of log.missed) {
    const message = rows.get(change.target);
    if (message !== undefined && change.seq > asOf) rows.set(message.n, changed(message, change));
  }
  return [...rows.values()];
}

/** Starts anew from the newest page: events up to its `as_of` are in it, later ones that are held are kept. */
export function restart(log: RoomLog, page: Messages): Merge {
  const low = page.messages[0]?.n ?? page.n + 1;
  const held = new Map([...log.held].filter(([seq]) => seq > page.as_of));
  return drain({ ...emptyLog(log.room, page.as_of, page.n), messages: page.messages, low, held });
}

/** Whether there are older messages than the loaded ones. */
export function hasOlder(log: RoomLog): boolean {
  return log.low > 1;
}
