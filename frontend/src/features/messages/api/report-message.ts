import type { ApiClient } from "@/shared/api/api-client";
import type { ReportMessage } from "@/shared/contract/types";

/** Tells the administrators of message n; telling them again is harmless. */
export function reportMessage(api: ApiClient, room: string, n: number, report: ReportMessage): Promise<void> {
  return api.command(`/rooms/${room}/messages/${n}/report`, report);
}
