import type { ApiClient } from "@/shared/api/api-client";
import type { SecondFactorState } from "@/shared/contract/types";

export function loadSecondFactor(api: ApiClient): Promise<SecondFactorState> {
  return api.get("SecondFactorState", "/me/second-factor");
}
