import type { ApiClient } from "@/shared/api/api-client";
import type { CreateRoom, Room } from "@/shared/contract/types";

/** Sent twice with the same id, it is one room. */
export function createRoom(api: ApiClient, body: CreateRoom): Promise<Room> {
  return api.post("Room", "/rooms", body);
}
