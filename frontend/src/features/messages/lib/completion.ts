/** What a message field offers while something is typed: people after an @, rooms after a #, emoji after a colon. */
import type { Room, User } from "@/shared/contract/types";

import { emojiQuery, shownName, suggestedEmoji, type Emoji } from "./emoji-names";
import { mentionQuery, suggested } from "./mentions";
import { roomQuery, suggestedRooms } from "./room-links";

export interface CompletionQuery {
  readonly kind: "mention" | "room" | "emoji";
  /** Where the sign stands that began it. */
  readonly at: number;
  /** What follows that sign so far. */
  readonly typed: string;
}

export interface Completion {
  readonly key: string;
  readonly label: string;
  /** What takes the place of the sign and of what was typed. */
  readonly text: string;
}

/** What is being typed at the caret, if it is something to complete. */
export function completionQuery(text: string, caret: number): CompletionQuery | null {
  const emoji = emojiQuery(text, caret);
  if (emoji !== null) return { kind: "emoji", ...emoji };
  const mention = mentionQuery(text, caret);
  const room = roomQuery(text, caret);
  if (room !== null && room.at > (mention?.at ?? -1)) return { kind: "room", ...room };
  return mention === null ? null : { kind: "mention", ...mention };
}

/** What it may become, the likeliest first. */
export function completions(
  { kind, typed }: CompletionQuery,
  people: readonly User[],
  rooms: Iterable<Room>,
  emoji: readonly Emoji[],
): Completion[] {
  if (kind === "mention") return suggested(people, typed).map(({ id, name }) => ({ key: id, label: name, text: `@${name}` }));
  if (kind === "room") {
    return suggestedRooms(rooms, typed).map(({ id, name }) => ({ key: id, label: `#${name}`, text: `#${name}` }));
  }
  return suggestedEmoji(emoji, typed).map((found) => {
    const name = shownName(found, typed);
    return { key: found.names[0] ?? found.emoji, label: `${found.emoji} :${name}:`, text: found.emoji };
  });
}
