import type { ApiClient } from "@/shared/api/api-client";
import type { Outcome, Reports, ReportState } from "@/shared/contract/types";

/** The newest reports in the state, or those before the report `before`. */
export function listReports(api: ApiClient, state: ReportState, before?: number): Promise<Reports> {
  return api.get("Reports", "/reports", { state, before });
}

export function closeReport(api: ApiClient, report: number, outcome: Outcome): Promise<void> {
  return api.command(`/reports/${report}/close`, { outcome });
}
