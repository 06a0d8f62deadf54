import { useEffect } from "react";

import { useTold } from "./use-told";

/** The tab's title: what is open, and how much is unread of what the user wants to be told of. */
export function useTitle(page: string | null): void {
  const unread = useTold();
  useEffect(() => {
    const title = page === null ? "Parley" : `${page} – Parley`;
    document.title = unread === 0 ? title : `(${unread}) ${title}`;
    return () => {
      document.title = "Parley";
    };
  }, [page, unread]);
}
