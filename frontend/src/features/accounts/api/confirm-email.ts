import type { ApiClient } from "@/shared/api/api-client";

export function confirmEmail(api: ApiClient, token: string): Promise<void> {
  return api.tell("/auth/email/confirm", { token });
}
