import type { ApiClient } from "@/shared/api/api-client";
import type { EnterCode, Granted } from "@/shared/contract/types";

export function enterIdentityCode(api: ApiClient, body: EnterCode): Promise<Granted> {
  return api.open("/auth/identity/code", body);
}
