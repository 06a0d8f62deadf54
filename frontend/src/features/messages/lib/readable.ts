import type { Room, User } from "@/shared/contract/types";
import { currentTexts } from "@/shared/texts/language";

import { decodeMentions } from "./mentions";
import { decodeRoomLinks } from "./room-links";

/** A message's text as it is read where it is nothing but text: people and rooms by their names. */
export function readableText(
  text: string,
  users: ReadonlyMap<string, User>,
  rooms: ReadonlyMap<string, Room>,
): string {
  return decodeRoomLinks(decodeMentions(text, users), rooms, currentTexts().messages.privateRoom);
}
