import fc from "fast-check";

import type { Bootstrap, LogEvent, MemberJoined, Message, MessageCreated, Room } from "@/shared/contract/types";
import { ulid } from "@/shared/realtime/ulid";

/** An id that is the same for the same number. */
export function id(number: number): string {
  return ulid(number, () => 0);
}

export const ME = id(1);
export const ADA = id(2);
export const ROOM = id(3);

export function room(change: Partial<Room> = {}): Room {
  return {
    id: ROOM,
    kind: "room",
    name: "general",
    topic: "",
    visibility: "public",
    role: "member",
    muted: false,
    archived: false,
    blocked: false,
    peer: null,
    created_at: 1,
    seq: 0,
    n: 0,
    read_n: 0,
    read_version: 0,
    mentions: 0,
    ...change,
  };
}

export function bootstrap(rooms: Room[] = [room()]): Bootstrap {
  return {
    me: { id: ME, name: "Me", email: "me@example.org" },
    workspace_role: "member",
    notifications: { version: 0, quiet: { until: null, daily: null }, rooms: {} },
    blocks: { version: 0, users: [] },
    rooms,
    users: [
      { id: ME, name: "Me" },
      { id: ADA, name: "Ada" },
    ],
  };
}

export function said(seq: number, n: number, change: Partial<MessageCreated> = {}): MessageCreated {
  const text = `message ${n}`;
  return { type: "message.created", room: ROOM, seq, n, ts: seq, id: id(1_000 + seq), sender: ADA, text, ...change };
}

export function joined(seq: number, n: number): MemberJoined {
  return { type: "member.joined", room: ROOM, seq, n, ts: seq, id: id(1_000 + seq), sender: ADA, user: ADA };
}

/** What an event says, without its place in the log. */
export type Saying = LogEvent extends infer Event
  ? Event extends LogEvent
    ? Omit<Event, "room" | "seq" | "n" | "ts" | "id">
    : never
  : never;

/** The log with one more event at its end. */
export function followed(log: readonly LogEvent[], saying: Saying, eventId?: string): LogEvent {
  const last = log[log.length - 1];
  const seq = (last?.seq ?? 0) + 1;
  const n = (last?.n ?? 0) + (saying.type === "message.created" ? 1 : 0);
  return { ...saying, room: ROOM, seq, n, ts: seq, id: eventId ?? id(1_000 + seq) };
}

/** A log in which each `true` is a message and each `false` another event. */
export function logOf(messages: readonly boolean[]): LogEvent[] {
  let n = 0;
  return messages.map((message, index) => {
    if (message) n += 1;
    return message ? said(index + 1, n) : joined(index + 1, n);
  });
}

const EMOJI = ["👍", "❤️", "🎉", "☎️"];
const USERS = [ME, ADA, id(4)];

/**
 * Logs with every type of event. Each change is of a message there is; a deleted one is changed no more, as the server
 * sees to.
 */
export const anyLog: fc.Arbitrary<LogEvent[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom<LogEvent["type"]>(
        ...(["message.created", "message.created", "message.created", "message.edited", "message.deleted"] as const),
        ...(["reaction.added", "reaction.added", "reaction.removed", "member.joined", "member.left"] as const),
        "room.updated",
      ),
      sender: fc.constantFrom(...USERS),
      which: fc.nat(),
      emoji: fc.constantFrom(...EMOJI),
      mentioned: fc.subarray(USERS),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((steps) => {
    const log: LogEvent[] = [];
    for (const { kind, sender, which, emoji, mentioned } of steps) {
      const alive = historyOf(log).filter((message) => message.deleted_at === null);
      const target = alive[which % Math.max(1, alive.length)]?.n;
      const text = `text ${which}`;
      const saying: Record<LogEvent["type"], Saying | null> = {
        "message.created": { type: "message.created", sender, text, reply_to: target ?? null, mentions: mentioned },
        "message.edited": target === undefined ? null : { type: "message.edited", sender, target, text, mentions: mentioned },
        "message.deleted": target === undefined ? null : { type: "message.deleted", sender, target },
        "reaction.added": target === undefined ? null : { type: "reaction.added", sender, target, emoji },
        "reaction.removed": target === undefined ? null : { type: "reaction.removed", sender, target, emoji },
        "member.joined": { type: "member.joined", sender, user: sender },
        "member.left": { type: "member.left", sender, user: sender },
        "room.updated": { type: "room.updated", sender, name: text, topic: emoji },
      };
      const next = saying[kind];
      if (next !== null) log.push(followed(log, next));
    }
    return log.length > 0 ? log : [said(1, 1)];
  });

/** The messages as the server's history has them after these events: written down plainly, to compare with. */
export function historyOf(events: readonly LogEvent[]): Message[] {
  const rows = new Map<number, Message>();
  const reactions = new Map<number, Map<string, Set<string>>>();
  for (const event of events) {
    if (event.type === "message.created") {
      const { room: where, n, seq, ts, id: eventId, sender, text, reply_to = null, mentions = [] } = event;
      rows.set(n, {
        ...{ room: where, n, seq, ts, id: eventId, sender, text, reply_to, mentions: [...mentions].sort() },
        ...{ edited_at: null, deleted_at: null, reactions: [] },
      });
      reactions.set(n, new Map());
    } else if ("target" in event) {
      const row = rows.get(event.target);
      if (row?.deleted_at !== null) continue;
      const emoji = reactions.get(event.target) ?? new Map<string, Set<string>>();
      if (event.type === "message.edited") {
        Object.assign(row, { text: event.text, mentions: [...(event.mentions ?? [])].sort(), edited_at: event.ts });
      } else if (event.type === "message.deleted") {
        Object.assign(row, { text: "", mentions: [], deleted_at: event.ts });
        emoji.clear();
      } else if (event.type === "reaction.added") {
        emoji.set(event.emoji, (emoji.get(event.emoji) ?? new Set()).add(event.sender));
      } else {
        emoji.get(event.emoji)?.delete(event.sender);
      }
    }
  }
  for (const [n, row] of rows) {
    row.reactions = [...(reactions.get(n) ?? [])]
      .filter(([, users]) => users.size > 0)
      .map(([emoji, users]) => ({ emoji, users: [...users].sort() }))
      .sort((one, other) => (EMOJI_ORDER.indexOf(one.emoji) - EMOJI_ORDER.indexOf(other.emoji)));
  }
  return [...rows.values()];
}

/** As Python sorts them, by code points. */
const EMOJI_ORDER = ["☎️", "❤️", "🎉", "👍"];
