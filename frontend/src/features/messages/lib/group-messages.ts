/** What a timeline shows, one below the other: days, and runs of messages by one author. */
import type { Message } from "@/shared/contract/types";
import type { PendingMessage } from "@/shared/realtime/outbox";

import { dayKey } from "./times";

const PAUSE_MICROS = 5 * 60 * 1_000_000;

/** A message in the log, or one on its way there. */
export interface Line {
  readonly key: string;
  readonly text: string;
  readonly ts: number;
  /** Its number, or null while it has none. */
  readonly n: number | null;
  readonly pending: PendingMessage | null;
}

export interface Group {
  readonly key: string;
  readonly sender: string;
  readonly lines: readonly Line[];
  /** Whether a day begins with it. */
  readonly newDay: boolean;
}

function lineOf({ id, text, ts, n }: Message): Line {
  return { key: id, text, ts, n, pending: null };
}

function pendingLine(pending: PendingMessage): Line {
  const { id, text, ts, ack } = pending;
  return { key: id, text, ts: ack?.ts ?? ts, n: null, pending };
}

export function groupMessages(
  messages: readonly Message[],
  pending: readonly PendingMessage[],
  me: string,
): Group[] {
  const groups: { key: string; sender: string; lines: Line[]; newDay: boolean }[] = [];
  let lastTs = Number.NEGATIVE_INFINITY;
  let lastDay = "";

  function add(line: Line, sender: string): void {
    const day = dayKey(line.ts);
    const group = groups[groups.length - 1];
    if (group?.sender === sender && day === lastDay && line.ts - lastTs < PAUSE_MICROS) group.lines.push(line);
    else groups.push({ key: line.key, sender, lines: [line], newDay: day !== lastDay });
    lastTs = line.ts;
    lastDay = day;
  }

  for (const message of messages) add(lineOf(message), message.sender);
  for (const message of pending) add(pendingLine(message), me);
  return groups;
}

/** Whether two groups look the same: messages never change once they are in the log. */
export function sameGroup(one: Group, other: Group): boolean {
  return (
    one.key === other.key &&
    one.newDay === other.newDay &&
    one.lines.length === other.lines.length &&
    one.lines.every((line, index) => {
      const counterpart = other.lines[index];
      return counterpart?.key === line.key && counterpart.n === line.n && counterpart.pending === line.pending;
    })
  );
}
