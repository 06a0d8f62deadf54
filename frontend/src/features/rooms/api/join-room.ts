import type { ApiClient } from "@/shared/api/api-client";
import type { Room } from "@/shared/contract/types";

export function joinRoom(api: ApiClient, room: string): Promise<Room> {
  return api.post("Room", `/rooms/${room}/join`);
}
