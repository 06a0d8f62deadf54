/** One message and what changes it, as pure functions: what an event of the log or the user's own wish makes of it. */
import type { LogEvent, Message, MessageCreated, Reaction } from "@/shared/contract/types";

/** An event that changes a message there is: its `target`. */
export type Change = Extract<LogEvent, { readonly target: number }>;

type Placeless<Event> = Event extends Change ? Omit<Event, "room" | "seq" | "n" | "id"> : never;

/** What a change does, wherever in the log it comes to stand. */
export type Alteration = Placeless<Change>;

/** Finds a mention as it is stored, `<@id>`, with the id as its group. */
export const MENTION = /<@([0-7][0-9A-HJKMNP-TV-Z]{25})>/gu;
/** Users one message can mention; further ones are text. */
const MENTIONS = 50;

export function isChange(event: LogEvent): event is Change {
  return "target" in event;
}

/** Ids of the users the text mentions as `<@id>`, each once, in order. The server drops those who are no members. */
export function mentionsIn(text: string): string[] {
  const ids = [...text.matchAll(MENTION)].flatMap(([, id]) => id ?? []);
  return [...new Set(ids)].slice(0, MENTIONS);
}

/** The message that the event makes, as history shows it. */
export function messageOf(event: MessageCreated): Message {
  const { room, n, seq, ts, id, sender, text, reply_to = null, mentions = [] } = event;
  return {
    ...{ room, n, seq, ts, id, sender, text, reply_to },
    mentions: sorted(mentions),
    edited_at: null,
    deleted_at: null,
    reactions: [],
  };
}

/** The message after the change. Nothing brings back what was deleted. */
export function changed(message: Message, change: Alteration): Message {
  if (message.deleted_at !== null) return message;
  switch (change.type) {
    case "message.edited":
      return { ...message, text: change.text, mentions: sorted(change.mentions ?? []), edited_at: change.ts };
    case "message.deleted":
      return { ...message, text: "", mentions: [], reactions: [], deleted_at: change.ts };
    case "reaction.added":
      return reacted(message, change.emoji, (users) => [...users, change.sender]);
    case "reaction.removed":
      return reacted(message, change.emoji, (users) => users.filter((user) => user !== change.sender));
  }
}

/** Whether the user is among those who reacted to the message with the emoji. */
export function hasReacted(message: Message, emoji: string, user: string): boolean {
  return message.reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(user));
}

/** Ids of the users a message shows by name. */
export function namedIn({ sender, mentions, reactions }: Message): string[] {
  return [sender, ...mentions, ...reactions.flatMap((reaction) => reaction.users)];
}

/** Ids of the users an event brings into sight. */
export function namedBy(event: LogEvent): string[] {
  if ("user" in event && typeof event.user === "string") return [event.sender, event.user];
  return "mentions" in event ? [event.sender, ...(event.mentions ?? [])] : [event.sender];
}

function reacted(message: Message, emoji: string, change: (users: readonly string[]) => string[]): Message {
  const present = message.reactions.find((reaction) => reaction.emoji === emoji)?.users ?? [];
  const users = sorted(change(present));
  const others = message.reactions.filter((reaction) => reaction.emoji !== emoji);
  const reactions = users.length > 0 ? [...others, { emoji, users }] : others;
  return { ...message, reactions: reactions.sort(byCodePoints) };
}

/** As the server lists them; UTF-16 would put emoji before some of their own marks. */
function byCodePoints({ emoji: one }: Reaction, { emoji: other }: Reaction): number {
  const [left, right] = [Array.from(one), Array.from(other)];
  for (const [index, character] of left.entries()) {
    const difference = (character.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function sorted(users: readonly string[]): string[] {
  return [...new Set(users)].sort();
}
