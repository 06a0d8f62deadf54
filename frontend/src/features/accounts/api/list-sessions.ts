import type { ApiClient } from "@/shared/api/api-client";
import type { OpenSessions } from "@/shared/contract/types";

export function listSessions(api: ApiClient): Promise<OpenSessions> {
  return api.get("OpenSessions", "/sessions");
}
