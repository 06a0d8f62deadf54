import type { ApiClient } from "@/shared/api/api-client";

export function endSession(api: ApiClient, session: string): Promise<void> {
  return api.command(`/sessions/${session}/end`);
}
