import type { ApiClient } from "@/shared/api/api-client";
import type { UserRole, UserRoles } from "@/shared/contract/types";

/** Users whose name contains `q`, those after the user with the id `after`. */
export function listRoles(api: ApiClient, q: string, after?: string): Promise<UserRoles> {
  return api.get("UserRoles", "/roles", { q: q === "" ? undefined : q, after });
}

export function setWorkspaceRole(api: ApiClient, user: string, role: UserRole["role"]): Promise<void> {
  return api.command(`/users/${user}/role`, { role });
}

/** Lets nobody sign in to the account, or enables it again. */
export function disableAccount(api: ApiClient, user: string, on: boolean): Promise<void> {
  return api.command(`/users/${user}/disable`, { on });
}
