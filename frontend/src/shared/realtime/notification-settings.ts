/** What the user wants to be told of, the same on all devices. */
import type { MessageCreated, Notifications, Quiet, Room } from "@/shared/contract/types";

export type Level = Notifications["rooms"][string];

export const NOTHING_CHOSEN: Notifications = { version: 0, quiet: { until: null, daily: null }, rooms: {} };

/** Of which of the room's messages the user is told. */
export function levelOf({ id, kind }: Pick<Room, "id" | "kind">, { rooms }: Notifications): Level {
  return rooms[id] ?? (kind === "dm" ? "all" : "mentions");
}

/** Whether the user is to be told of the message, when not quiet. */
export function tellsOf({ mentions = [] }: Pick<MessageCreated, "mentions">, me: string, level: Level): boolean {
  return level === "all" || (level === "mentions" && mentions.includes(me));
}

/** Whether the user does not want to be disturbed now, a time of day by this device's clock. */
export function isQuiet({ until = null, daily = null }: Quiet, now: Date): boolean {
  if (until !== null && now.getTime() * 1_000 < until) return true;
  if (daily === null) return false;
  const minute = now.getHours() * 60 + now.getMinutes();
  const { begins, ends } = daily;
  return begins <= ends ? begins <= minute && minute < ends : begins <= minute || minute < ends;
}
