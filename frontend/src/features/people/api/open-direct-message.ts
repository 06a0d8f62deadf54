import type { ApiClient } from "@/shared/api/api-client";
import type { Room } from "@/shared/contract/types";

/** The direct message with the user: made at first, the same one ever after. */
export function openDirectMessage(api: ApiClient, user: string): Promise<Room> {
  return api.post("Room", "/dms", { user });
}
