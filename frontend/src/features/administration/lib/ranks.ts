import type { UserRole } from "@/shared/contract/types";

export type Role = UserRole["role"];

const RANKS: Readonly<Record<Role, number>> = { owner: 2, admin: 1, member: 0, guest: 0 };
const GIVEN: readonly Role[] = ["admin", "member", "guest"];

/** Whether somebody of this role may change the other's: see docs/permissions.md. The server decides. */
export function outranks(role: Role, other: Role): boolean {
  return RANKS[role] > RANKS[other];
}

/**
 * The roles that somebody of this role may give. The workspace is not handed on here: that takes the giver's own
 * ownership away.
 */
export function givable(role: Role): readonly Role[] {
  return GIVEN.filter((given) => outranks(role, given));
}
