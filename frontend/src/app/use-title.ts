import { useEffect } from "react";

import { useStore } from "@/shared/lib/use-store";
import { useRealtime } from "@/shared/services/services";

/** The tab's title: what is open, and how much is unread of what the user wants to be told of. */
export function useTitle(page: string | null): void {
  const { reads, notifications } = useRealtime();
  const rooms = useStore(reads.unread);
  const { rooms: levels } = useStore(notifications.chosen);
  const told = [...rooms].filter(([room]) => levels[room] !== "nothing");
  const unread = told.reduce((sum, [, { messages }]) => sum + messages, 0);
  useEffect(() => {
    const title = page === null ? "Parley" : `${page} – Parley`;
    document.title = unread === 0 ? title : `(${unread}) ${title}`;
    return () => {
      document.title = "Parley";
    };
  }, [page, unread]);
}
