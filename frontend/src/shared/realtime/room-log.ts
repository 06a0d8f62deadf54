/**
 * What a client knows of one room's log, as pure functions over an immutable value.
 *
 * Loaded messages are dense by `n` and end at the room's newest known one, so history is joined below without a search,
 * and events are merged above by `seq` alone: earlier ones are dropped, later ones are held until the gap is filled.
 */
import type { LogEvent, Message, Messages, MessageCreated } from "@/shared/contract/types";

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
  /** Events beyond a gap, by seq. */
  readonly held: ReadonlyMap<number, LogEvent>;
}

/** What merging events did: the log after it, and which of them became visible now, in order. */
export interface Merge {
  readonly log: RoomLog;
  readonly applied: readonly LogEvent[];
  /** The events do not continue what is known: only loading the room afresh helps. */
  readonly broken: boolean;
}

export function emptyLog(room: string, seq: number, n: number): RoomLog {
  return { room, cursor: seq, n, messages: [], low: n + 1, held: new Map() };
}

function messageOf(event: MessageCreated): Message {
  const { room, n, seq, ts, id, sender, text } = event;
  return { room, n, seq, ts, id, sender, text };
}

/** Merges events in whatever order and however often they come. */
export function mergeEvents(log: RoomLog, events: readonly LogEvent[]): Merge {
  const fresh = events.filter((event) => event.seq > log.cursor && !log.held.has(event.seq));
  if (fresh.length === 0) return { log, applied: [], broken: false };
  const held = new Map(log.held);
  for (const event of fresh) held.set(event.seq, event);
  return drain({ ...log, held });
}

/** Applies what is held and follows the cursor without a gap. `log.held` must be the caller's own. */
function drain(log: RoomLog): Merge {
  const held = new Map(log.held);
  const applied: LogEvent[] = [];
  const messages: Message[] = [];
  let { cursor, n } = log;
  for (let next = held.get(cursor + 1); next !== undefined; next = held.get(cursor + 1)) {
    held.delete(next.seq);
    const expected = next.type === "message.created" ? n + 1 : n;
    if (next.n !== expected) return { log, applied: [], broken: true };
    if (next.type === "message.created") messages.push(messageOf(next));
    cursor = next.seq;
    n = next.n;
    applied.push(next);
  }
  const merged = messages.length > 0 ? [...log.messages, ...messages] : log.messages;
  return { log: { ...log, cursor, n, messages: merged, held }, applied, broken: false };
}

/** Whether events are known to be missing below one that has come. */
export function hasGap(log: RoomLog): boolean {
  return log.held.size > 0;
}

/** Joins a page of older messages below the loaded ones; a page that does not reach them changes nothing. */
export function prependPage(log: RoomLog, page: Messages): RoomLog {
  const older = page.messages.filter((message) => message.n < log.low);
  const first = older[0];
  const last = older[older.length - 1];
  if (first === undefined || last?.n !== log.low - 1) return log;
  return { ...log, messages: [...older, ...log.messages], low: first.n };
}

/** Starts anew from the newest page: events up to its `as_of` are in it, later ones that are held are kept. */
export function restart(log: RoomLog, page: Messages): Merge {
  const low = page.messages[0]?.n ?? page.n + 1;
  const held = new Map([...log.held].filter(([seq]) => seq > page.as_of));
  return drain({ room: log.room, cursor: page.as_of, n: page.n, messages: page.messages, low, held });
}

/** Whether there are older messages than the loaded ones. */
export function hasOlder(log: RoomLog): boolean {
  return log.low > 1;
}
