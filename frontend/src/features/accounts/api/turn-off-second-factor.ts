import type { ApiClient } from "@/shared/api/api-client";
import type { TurnOffSecondFactor } from "@/shared/contract/types";

export function turnOffSecondFactor(api: ApiClient, body: TurnOffSecondFactor): Promise<void> {
  return api.command("/me/second-factor/off", body);
}
