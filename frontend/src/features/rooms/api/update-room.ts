import type { ApiClient } from "@/shared/api/api-client";
import type { Room, UpdateRoom } from "@/shared/contract/types";

/** Sent twice with the same id, it is one change. */
export function updateRoom(api: ApiClient, room: string, body: UpdateRoom): Promise<Room> {
  return api.patch("Room", `/rooms/${room}`, body);
}
