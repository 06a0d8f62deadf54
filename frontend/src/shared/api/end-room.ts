import type { ApiClient } from "@/shared/api/api-client";

/** Let the room be read and not changed, or be changed again. */
export function archiveRoom(api: ApiClient, room: string, on: boolean): Promise<void> {
  return api.command(`/rooms/${room}/archive`, { on });
}

/** Put everybody out and erase all that was said. */
export function deleteRoom(api: ApiClient, room: string): Promise<void> {
  return api.command(`/rooms/${room}/delete`);
}
