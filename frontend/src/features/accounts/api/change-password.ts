import type { ApiClient } from "@/shared/api/api-client";
import type { ChangePassword } from "@/shared/contract/types";

export function changePassword(api: ApiClient, body: ChangePassword): Promise<void> {
  return api.command("/me/password", body);
}
