import type { ApiClient } from "@/shared/api/api-client";
import type { Member } from "@/shared/contract/types";

/** What can be done to a member of a room. */
export type Moderation = "moderator" | "member" | "mute" | "unmute" | "kick" | "ban" | "transfer";

/** Do it. What came of it is told by the room's log. */
export function moderate(api: ApiClient, room: string, { user }: Member, action: Moderation): Promise<void> {
  const member = `/rooms/${room}/members/${user.id}`;
  switch (action) {
    case "moderator":
    case "member":
      return api.command(`${member}/role`, { role: action });
    case "mute":
    case "unmute":
      return api.command(`${member}/mute`, { on: action === "mute" });
    case "kick":
      return api.command(`${member}/kick`);
    case "ban":
      return api.command(`/rooms/${room}/bans/${user.id}`);
    case "transfer":
      return api.command(`/rooms/${room}/transfer`, { user: user.id });
  }
}
