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
    peer: null,
    created_at: 1,
    seq: 0,
    n: 0,
    ...change,
  };
}

export function bootstrap(rooms: Room[] = [room()]): Bootstrap {
  return {
    me: { id: ME, name: "Me", email: "me@example.org" },
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

/** A log in which each `true` is a message and each `false` another event. */
export function logOf(messages: readonly boolean[]): LogEvent[] {
  let n = 0;
  return messages.map((message, index) => {
    if (message) n += 1;
    return message ? said(index + 1, n) : joined(index + 1, n);
  });
}

/** The messages that the events made, as history has them. */
export function messagesOf(events: readonly LogEvent[]): Message[] {
  return events
    .filter((event) => event.type === "message.created")
    .map(({ room, n, seq, ts, id, sender, text }) => ({ room, n, seq, ts, id, sender, text }));
}
