import type { ApiClient } from "@/shared/api/api-client";

export function endOtherSessions(api: ApiClient): Promise<void> {
  return api.command("/sessions/end-others");
}
