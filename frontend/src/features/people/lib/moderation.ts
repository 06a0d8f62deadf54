import type { Moderation } from "@/features/people/api/moderate";
import type { Member, Room } from "@/shared/contract/types";

const RANKS: Readonly<Record<Member["role"], number>> = { owner: 2, moderator: 1, member: 0 };

/**
 * What somebody with this role in the room can do to the member: see docs/permissions.md. The server decides; this is
 * what is offered, and leaves out what an admin of the workspace can do beside.
 */
export function moderations(room: Room, me: string, { user, role, muted }: Member): readonly Moderation[] {
  if (room.kind === "dm" || user.id === me || room.role === "member" || RANKS[role] >= RANKS[room.role]) return [];
  const done: Moderation[] = [];
  if (room.role === "owner") done.push(role === "member" ? "moderator" : "member");
  if (role === "member") done.push(muted ? "unmute" : "mute");
  done.push("kick", "ban");
  if (room.role === "owner") done.push("transfer");
  return done;
}
