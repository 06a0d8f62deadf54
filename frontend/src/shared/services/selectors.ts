import type { Room, User } from "@/shared/contract/types";
import { useSelected, useStore } from "@/shared/lib/use-store";
import type { Conversation } from "@/shared/realtime/conversation";
import type { Sighting } from "@/shared/realtime/presence-watch";
import { currentTexts } from "@/shared/texts/language";

import { useRealtime } from "./services";

const UNSEEN: Sighting = { state: "offline", lastSeen: undefined };

export function useRooms(): ReadonlyMap<string, Room> {
  return useStore(useRealtime().rooms);
}

export function useRoom(id: string): Room | undefined {
  return useSelected(useRealtime().rooms, (rooms) => rooms.get(id));
}

export function useConversation(id: string): Conversation | undefined {
  return useSelected(useRealtime().conversations, (conversations) => conversations.get(id));
}

export function useUsers(): ReadonlyMap<string, User> {
  return useStore(useRealtime().directory.users);
}

export function useUser(id: string): User | undefined {
  return useSelected(useRealtime().directory.users, (users) => users.get(id));
}

/** Whether the user wants nothing of somebody. */
export function useHasBlocked(user: string): boolean {
  return useSelected(useRealtime().blocks.current, ({ users }) => users.includes(user));
}

/** Whether the user administers the workspace, as far as is known. */
export function useAdministers(): boolean {
  const role = useStore(useRealtime().workspaceRole);
  return role === "owner" || role === "admin";
}

/** How a user is, as far as known: who was never told of is offline. */
export function useSighting(id: string): Sighting {
  return useSelected(useRealtime().presence.sightings, (sightings) => sightings.get(id)) ?? UNSEEN;
}

/** What a room is called: a direct message by its peer, whose name may still be on its way. */
export function roomTitle(room: Room, peer: User | undefined): string {
  if (room.kind === "room") return room.name;
  return peer?.name ?? currentTexts().common.directMessage;
}

export function useRoomTitle(room: Room): string {
  const peer = useUser(room.peer ?? "");
  return roomTitle(room, peer);
}
