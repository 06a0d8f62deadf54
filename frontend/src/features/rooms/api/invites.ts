import type { ApiClient } from "@/shared/api/api-client";
import type { MadeInviteLink, Room } from "@/shared/contract/types";

/** A code that lets ten people in, for a week. */
export function makeInvite(api: ApiClient, room: string): Promise<MadeInviteLink> {
  return api.post("MadeInviteLink", `/rooms/${room}/invites`, {});
}

export function acceptInvite(api: ApiClient, token: string): Promise<Room> {
  return api.post("Room", "/invites/accept", { token });
}
