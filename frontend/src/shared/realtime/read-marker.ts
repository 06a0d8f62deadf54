/** How far a user has read in a room, and what that leaves unread, as pure functions. */
import type { RoomLog } from "./room-log";

/** Messages up to `n` are read. "Mark unread" lowers n with a new version; reading only raises it. */
export interface ReadMarker {
  readonly n: number;
  readonly version: number;
}

/** Mentions of the user among the messages after `after` up to `upTo`, as the server counted them. */
export interface MentionCount {
  readonly after: number;
  readonly upTo: number;
  readonly count: number;
}

/** `exact` is false where only the server can tell. */
export interface UnreadMentions {
  readonly count: number;
  readonly exact: boolean;
}

/** The server's own rule: a higher version always replaces, the same one only with a higher n. */
export function supersedes(next: ReadMarker, present: ReadMarker): boolean {
  return next.version > present.version || (next.version === present.version && next.n > present.n);
}

/** The unread messages that mention `user`: counted where they are loaded, and taken from the server's count below. */
export function unreadMentions(log: RoomLog, read: number, told: MentionCount, user: string): UnreadMentions {
  if (log.n <= read) return { count: 0, exact: true };
  if (log.low <= read + 1) return { count: mentionsAfter(log, read, user), exact: true };
  const count = told.count + mentionsAfter(log, told.upTo, user);
  const valid = told.after === read || (told.count === 0 && told.after < read);
  return { count, exact: valid && log.low <= told.upTo + 1 };
}

function mentionsAfter(log: RoomLog, n: number, user: string): number {
  const first = Math.max(0, n + 1 - log.low);
  return log.messages.slice(first).filter((message) => message.mentions.includes(user)).length;
}
