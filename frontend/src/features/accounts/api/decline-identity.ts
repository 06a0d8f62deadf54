import type { ApiClient } from "@/shared/api/api-client";

export function declineIdentity(api: ApiClient): Promise<void> {
  return api.command("/me/identities/decline");
}
