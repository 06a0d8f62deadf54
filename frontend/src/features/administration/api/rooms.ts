import type { ApiClient } from "@/shared/api/api-client";
import type { WorkspaceRooms } from "@/shared/contract/types";

/** The rooms made last whose name contains `q`, or those before the room with the id `before`. */
export function listAllRooms(api: ApiClient, q: string, before?: string): Promise<WorkspaceRooms> {
  return api.get("WorkspaceRooms", "/rooms/all", { q: q === "" ? undefined : q, before });
}
