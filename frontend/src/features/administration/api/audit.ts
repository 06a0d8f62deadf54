import type { ApiClient } from "@/shared/api/api-client";
import type { AuditKind, AuditPage } from "@/shared/contract/types";

/** The newest entries of the audit log, or those before the entry `before`. */
export function listAudit(api: ApiClient, kind: AuditKind | null, before?: number): Promise<AuditPage> {
  return api.get("AuditPage", "/audit", { kind: kind ?? undefined, before });
}
