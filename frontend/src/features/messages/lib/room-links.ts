/** Rooms that messages name, as people write them, `#name`, and as they are stored, `<#id>`. */
import { ROOM_NAME_LENGTH } from "@/shared/contract/limits";
import type { Room } from "@/shared/contract/types";

import { encodeNames, suggested, type MentionQuery } from "./mentions";

/** Finds a room as it is stored, with the id as its group. */
export const ROOM_LINK = /<#([0-7][0-9A-HJKMNP-TV-Z]{25})>/gu;

/** After these a # is part of a word or of an address. */
const INNER = /[\p{L}\p{N}_/&?=%.:#-]/u;

/** The text with the names after a # of these rooms replaced by their ids. The longest name that fits is meant. */
export function encodeRoomLinks(text: string, rooms: Iterable<Room>): string {
  return encodeNames(text, "#", [...rooms].filter(isNamed), beginsName);
}

/** The text as it is read: with names. Of a room that is not among these stays the id, or what is given for it. */
export function decodeRoomLinks(text: string, rooms: ReadonlyMap<string, Room>, unknown?: string): string {
  return text.replace(ROOM_LINK, (stored, id: string) => {
    const room = rooms.get(id);
    return room !== undefined && isNamed(room) ? `#${room.name}` : (unknown ?? stored);
  });
}

/** The room's name that is being typed at the caret, if one is. */
export function roomQuery(text: string, caret: number): MentionQuery | null {
  const at = caret === 0 ? -1 : text.lastIndexOf("#", caret - 1);
  if (at === -1 || !beginsName(text, at)) return null;
  const typed = text.slice(at + 1, caret);
  return typed.length > ROOM_NAME_LENGTH || /^\s|\n/u.test(typed) ? null : { at, typed };
}

/** Rooms whose name, or a word of it, begins as typed; by name. */
export function suggestedRooms(rooms: Iterable<Room>, typed: string): Room[] {
  return suggested([...rooms].filter(isNamed), typed);
}

/** Direct messages have no name of their own. */
export function isNamed({ kind }: Room): boolean {
  return kind === "room";
}

function beginsName(text: string, at: number): boolean {
  return at === 0 || !INNER.test(text.charAt(at - 1));
}
