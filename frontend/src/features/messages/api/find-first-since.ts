import type { ApiClient } from "@/shared/api/api-client";

/** The number of the room's first message written at `since` (microseconds) or later; null where all are older. */
export async function findFirstSince(api: ApiClient, room: string, since: number): Promise<number | null> {
  return (await api.get("MessagePlace", `/rooms/${room}/messages/first`, { since })).n;
}
