import type { ApiClient } from "@/shared/api/api-client";
import type { PublicRooms } from "@/shared/contract/types";

/** Public rooms whose name contains `q`, by name, after the name `after`. */
export function browseRooms(api: ApiClient, q: string, after?: string): Promise<PublicRooms> {
  return api.get("PublicRooms", "/rooms/public", { q: q === "" ? undefined : q, after });
}
