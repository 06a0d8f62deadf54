import type { ApiClient } from "@/shared/api/api-client";
import type { ChangeNotifications, Notifications } from "@/shared/contract/types";
import type { Level } from "@/shared/realtime/notification-settings";

export function chooseLevel(api: ApiClient, room: string, level: Level): Promise<Notifications> {
  return api.patch("Notifications", "/me/notifications", { rooms: { [room]: level } } satisfies ChangeNotifications);
}
