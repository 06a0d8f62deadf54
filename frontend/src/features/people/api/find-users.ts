import type { ApiClient } from "@/shared/api/api-client";
import type { User } from "@/shared/contract/types";

/** Users whose name contains `q`. */
export async function findUsers(api: ApiClient, q: string): Promise<readonly User[]> {
  return (await api.get("Users", "/users", { q })).users;
}
