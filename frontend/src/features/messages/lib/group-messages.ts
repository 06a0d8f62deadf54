/** What a timeline shows, one below the other: days, and runs of messages by one author. */
import type { Message } from "@/shared/contract/types";
import { dayKey } from "@/shared/lib/times";
import type { PendingMessage } from "@/shared/realtime/outbox";

const PAUSE_MICROS = 5 * 60 * 1_000_000;

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
  const { id, text, ts, n, reply_to: replyTo } = message;
  return { key: id, text, ts, n, replyTo, message, pending: null };
}

function pendingLine(pending: PendingMessage): Line {
  const { id, text, ts, ack, replyTo } = pending;
  return { key: id, text, ts: ack?.ts ?? ts, n: null, replyTo, message: null, pending };
}

/** `read` is the number of the last message above the divider of what is unread; null for no divider. */
export function groupMessages(
  messages: readonly Message[],
  pending: readonly PendingMessage[],
  me: string,
  read: number | null = null,
): Group[] {
  const groups: (Omit<Group, "lines"> & { lines: Line[] })[] = [];
  let lastTs = Number.NEGATIVE_INFINITY;
  let lastDay = "";

  function add(line: Line, sender: string): void {
    const day = dayKey(line.ts);
    const group = groups[groups.length - 1];
    const unread = read !== null && line.n === read + 1;
    const goesOn = group?.sender === sender && day === lastDay && line.ts - lastTs < PAUSE_MICROS && !unread;
    if (goesOn) group.lines.push(line);
    else groups.push({ key: line.key, sender, lines: [line], newDay: day !== lastDay, unread });
    lastTs = line.ts;
    lastDay = day;
  }

  for (const message of messages) add(lineOf(message), message.sender);
  for (const message of pending) add(pendingLine(message), me);
  return groups;
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
