/** What a timeline shows, one below the other: days, and runs of messages by one author. */
import type { Message } from "@/shared/contract/types";
import { dayAround, type Day } from "@/shared/lib/times";
import type { PendingMessage } from "@/shared/realtime/outbox";

const PAUSE_MICROS = 5 * 60 * 1_000_000;
/** A timeline renders whole groups, so that none may be much longer than a screen. */
const LINES_MAX = 40;
const NO_SEAMS: ReadonlySet<number> = new Set();
const NO_DAY: Day = { begin: 0, end: 0 };
/** Made once for each message: a room may have thousands, and they are grouped anew whenever one comes. */
const lines = new WeakMap<Message, Line>();

/** A message in the log, or one on its way there. */
export interface Line {
  readonly key: string;
  readonly text: string;
  readonly ts: number;
  /** Its number, or null while it has none. */
  readonly n: number | null;
  /** The number of the message it answers. */
  readonly replyTo: number | null;
  /** What it is in the log, or what it is on its way there: one of the two. */
  readonly message: Message | null;
  readonly pending: PendingMessage | null;
}

export interface Group {
  readonly key: string;
  readonly sender: string;
  readonly lines: readonly Line[];
  /** Whether a day begins with it. */
  readonly newDay: boolean;
  /** Whether what is unread begins with it. */
  readonly unread: boolean;
}

function lineOf(message: Message): Line {
  const known = lines.get(message);
  if (known !== undefined) return known;
  const { id, text, ts, n, reply_to: replyTo } = message;
  const line = { key: id, text, ts, n, replyTo, message, pending: null };
  lines.set(message, line);
  return line;
}

function pendingLine(pending: PendingMessage): Line {
  const { id, text, ts, ack, replyTo } = pending;
  return { key: id, text, ts: ack?.ts ?? ts, n: null, replyTo, message: null, pending };
}

/**
 * `read` is the number of the last message above the divider of what is unread; null for no divider.
 *
 * `seams` are the numbers of messages below which older ones were joined later. A group never reaches over a seam, and
 * the first message says no day unless the log begins with it: what is on screen stays as it is when older ones come.
 */
export function groupMessages(
  messages: readonly Message[],
  pending: readonly PendingMessage[],
  me: string,
  read: number | null = null,
  seams: ReadonlySet<number> = NO_SEAMS,
): Group[] {
  const groups: (Omit<Group, "lines"> & { lines: Line[] })[] = [];
  let lastTs = Number.NEGATIVE_INFINITY;
  let day = NO_DAY;

  function add(line: Line, sender: string): void {
    const sameDay = line.ts >= day.begin && line.ts < day.end;
    const group = groups[groups.length - 1];
    const unread = read !== null && line.n === read + 1;
    const apart = unread || (line.n !== null && seams.has(line.n)) || group?.lines.length === LINES_MAX;
    const goesOn = group?.sender === sender && sameDay && line.ts - lastTs < PAUSE_MICROS && !apart;
    const unknown = group === undefined && line.n !== null && line.n > 1;
    if (goesOn) group.lines.push(line);
    else groups.push({ key: line.key, sender, lines: [line], newDay: !sameDay && !unknown, unread });
    lastTs = line.ts;
    if (!sameDay) day = dayAround(line.ts);
  }

  for (const message of messages) add(lineOf(message), message.sender);
  for (const message of pending) add(pendingLine(message), me);
  return groups;
}

/** The place of the group that has message n; -1 where none has. */
export function groupOf(groups: readonly Group[], n: number): number {
  const index = groups.findLastIndex(({ lines: [first] }) => first !== undefined && first.n !== null && first.n <= n);
  return groups[index]?.lines.some((line) => line.n === n) === true ? index : -1;
}

/** Whether two groups look the same: a message that changed is another object. */
export function sameGroup(one: Group, other: Group): boolean {
  return (
    one.key === other.key &&
    one.newDay === other.newDay &&
    one.unread === other.unread &&
    one.lines.length === other.lines.length &&
    one.lines.every((line, index) => {
      const counterpart = other.lines[index];
      return counterpart?.message === line.message && counterpart.pending === line.pending;
    })
  );
}
