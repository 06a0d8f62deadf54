import { useEffect } from "react";

import { useStore } from "@/shared/lib/use-store";
import { useRealtime } from "@/shared/services/services";

/** The tab's title: what is open, and how much is unread. */
export function useTitle(page: string | null): void {
  const rooms = useStore(useRealtime().reads.unread);
  const unread = [...rooms.values()].reduce((sum, { messages }) => sum + messages, 0);
  useEffect(() => {
    const title = page === null ? "Parley" : `${page} – Parley`;
    document.title = unread === 0 ? title : `(${unread}) ${title}`;
    return () => {
      document.title = "Parley";
    };
  }, [page, unread]);
}
