import type { ApiClient } from "@/shared/api/api-client";
import type { RecoveryCodes } from "@/shared/contract/types";

export function confirmSecondFactor(api: ApiClient, code: string): Promise<RecoveryCodes> {
  return api.post("RecoveryCodes", "/me/second-factor/confirm", { code });
}
