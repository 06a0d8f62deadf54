import type { ApiClient } from "@/shared/api/api-client";
import type { SecondFactorSetup } from "@/shared/contract/types";

export function beginSecondFactor(api: ApiClient, password: string): Promise<SecondFactorSetup> {
  return api.post("SecondFactorSetup", "/me/second-factor", { password });
}
