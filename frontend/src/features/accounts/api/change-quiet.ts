import type { ApiClient } from "@/shared/api/api-client";
import type { ChangeNotifications, Notifications, Quiet } from "@/shared/contract/types";

export function changeQuiet(api: ApiClient, quiet: Quiet): Promise<Notifications> {
  return api.patch("Notifications", "/me/notifications", { quiet } satisfies Pick<ChangeNotifications, "quiet">);
}
