import type { ApiClient } from "@/shared/api/api-client";
import type { ChangeEmail } from "@/shared/contract/types";

export function changeEmail(api: ApiClient, body: ChangeEmail): Promise<void> {
  return api.command("/me/email", body);
}
