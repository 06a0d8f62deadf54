import type { ApiClient } from "@/shared/api/api-client";

export function connectIdentity(api: ApiClient): Promise<void> {
  return api.command("/me/identities");
}
