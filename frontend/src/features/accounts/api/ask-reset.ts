import type { ApiClient } from "@/shared/api/api-client";

export function askReset(api: ApiClient, email: string): Promise<void> {
  return api.tell("/auth/reset", { email });
}
