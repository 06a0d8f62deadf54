import type { ApiClient } from "@/shared/api/api-client";
import type { Block, Blocks } from "@/shared/contract/types";

/** Blocks the user, or lifts the block; everybody who is blocked then. */
export function blockUser(api: ApiClient, user: string, on: boolean): Promise<Blocks> {
  return api.post("Blocks", `/users/${user}/block`, { on } satisfies Block);
}
