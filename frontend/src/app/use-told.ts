import { useStore } from "@/shared/lib/use-store";
import { useRealtime } from "@/shared/services/services";

/** How many messages are unread in rooms that the user wants to be told of. */
export function useTold(): number {
  const { reads, notifications } = useRealtime();
  const rooms = useStore(reads.unread);
  const { rooms: levels } = useStore(notifications.current);
  const told = [...rooms].filter(([room]) => levels[room] !== "nothing");
  return told.reduce((sum, [, { messages }]) => sum + messages, 0);
}
