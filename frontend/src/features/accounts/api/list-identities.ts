import type { ApiClient } from "@/shared/api/api-client";
import type { Identities } from "@/shared/contract/types";

export function listIdentities(api: ApiClient): Promise<Identities> {
  return api.get("Identities", "/me/identities");
}
