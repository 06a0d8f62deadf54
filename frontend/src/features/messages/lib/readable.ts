import type { Room, User } from "@/shared/contract/types";

import { decodeMentions } from "./mentions";
import { decodeRoomLinks, UNKNOWN_ROOM } from "./room-links";

/** A message's text as it is read where it is nothing but text: people and rooms by their names. */
export function readableText(
  text: string,
  users: ReadonlyMap<string, User>,
  rooms: ReadonlyMap<string, Room>,
): string {
  return decodeRoomLinks(decodeMentions(text, users), rooms, UNKNOWN_ROOM);
}
