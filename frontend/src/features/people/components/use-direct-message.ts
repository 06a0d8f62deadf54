import { openDirectMessage } from "@/features/people/api/open-direct-message";
import type { User } from "@/shared/contract/types";
import { useAction, type Action } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";

/** Opens the direct message with a user, then tells which room that is. */
export function useDirectMessage(onOpen: (room: string) => void): Action<[user: User]> {
  const api = useApi();
  const realtime = useRealtime();
  return useAction(async (user: User) => {
    realtime.directory.learn([user]);
    const room = await openDirectMessage(api, user.id);
    realtime.addRoom(room);
    onOpen(room.id);
  });
}
