/** In which order rooms stand in the list, and which of them a search finds. */
import type { Room, User } from "@/shared/contract/types";
import { roomTitle } from "@/shared/services/selectors";

type Users = ReadonlyMap<string, User>;

export function titleOf(room: Room, users: Users): string {
  return roomTitle(room, users.get(room.peer ?? ""));
}

/** Those of one kind, by name. */
export function sortedRooms(rooms: Iterable<Room>, kind: Room["kind"], users: Users): Room[] {
  return [...rooms]
    .filter((room) => room.kind === kind)
    .sort((one, other) => titleOf(one, users).localeCompare(titleOf(other, users)) || one.id.localeCompare(other.id));
}

/** All of them from top to bottom: rooms, then direct messages. */
export function listedRooms(rooms: Iterable<Room>, users: Users): Room[] {
  const all = [...rooms];
  return [...sortedRooms(all, "room", users), ...sortedRooms(all, "dm", users)];
}

/** The room so many places away from the shown one, round the ends; from none, the first or the last. */
export function neighbour(listed: readonly Room[], shown: string | null, step: 1 | -1): Room | undefined {
  const at = listed.findIndex(({ id }) => id === shown);
  if (at === -1) return step === 1 ? listed[0] : listed[listed.length - 1];
  return listed[(at + step + listed.length) % listed.length];
}

/** Rooms with the text in the title: first those that begin with it, and of equals those with something unread. */
export function foundRooms(listed: readonly Room[], text: string, users: Users, unread: ReadonlySet<string>): Room[] {
  const wanted = text.trim().toLocaleLowerCase();
  const rank = (room: Room) => {
    const begins = titleOf(room, users).toLocaleLowerCase().startsWith(wanted);
    return (begins ? 0 : 2) + (unread.has(room.id) ? 0 : 1);
  };
  return listed
    .filter((room) => titleOf(room, users).toLocaleLowerCase().includes(wanted))
    .sort((one, other) => rank(one) - rank(other));
}
