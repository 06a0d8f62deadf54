import type { AuditKind } from "@/shared/contract/types";

/** All kinds of entries, by the names that are shown. */
export function kindsByName(names: Readonly<Record<AuditKind, string>>): readonly AuditKind[] {
  return (Object.keys(names) as AuditKind[]).sort((one, other) => names[one].localeCompare(names[other]));
}
