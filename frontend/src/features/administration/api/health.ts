import type { ApiClient } from "@/shared/api/api-client";
import { hasCode } from "@/shared/api/api-error";
import type { HealthReport, StoreHealth } from "@/shared/contract/types";

export const PERIODS = ["hour", "day", "week"] as const;

export type Period = (typeof PERIODS)[number];

/**
 * How the stores answer, and how flushes went.
 *
 * Where the store is away that knows who is an administrator, there is only what everybody may know.
 */
export async function loadHealth(api: ApiClient, period: Period): Promise<HealthReport> {
  try {
    return await api.get("HealthReport", "/health/report", { period });
  } catch (error) {
    if (!hasCode(error, "unavailable")) throw error;
    const { stores } = await api.look("Health", "/health");
    const known = Object.entries(stores).map(([name, answers]) => [name, withoutTime(answers)] as const);
    return { stores: Object.fromEntries(known), flushes: null };
  }
}

function withoutTime(answers: boolean): StoreHealth {
  return { state: answers ? "ok" : "unavailable", milliseconds: null };
}
