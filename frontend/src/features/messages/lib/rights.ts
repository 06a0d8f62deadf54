import type { Room } from "@/shared/contract/types";

/** What the user may do with a room's messages: see docs/permissions.md. The server decides; this is what is offered. */
export interface Rights {
  /** Send, reply, react, edit. */
  readonly speak: boolean;
  readonly deleteOwn: boolean;
  readonly deleteOthers: boolean;
  /** See what messages of others were before. */
  readonly seeVersions: boolean;
}

/** `administers`: the user is the workspace's owner or an admin, who counts as an owner of the room. */
export function rightsIn({ kind, role, muted, archived, blocked }: Room, administers: boolean): Rights {
  const moderates = kind === "room" && (administers || role !== "member");
  return {
    speak: !archived && !blocked && (!muted || moderates),
    deleteOwn: !archived,
    deleteOthers: !archived && moderates,
    seeVersions: moderates,
  };
}
