import type { ApiClient } from "@/shared/api/api-client";

export function leaveRoom(api: ApiClient, room: string): Promise<void> {
  return api.command(`/rooms/${room}/leave`);
}
