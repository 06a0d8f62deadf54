import type { ApiClient } from "@/shared/api/api-client";
import type { ResetPassword } from "@/shared/contract/types";

export function resetPassword(api: ApiClient, body: ResetPassword): Promise<void> {
  return api.tell("/auth/reset/confirm", body);
}
