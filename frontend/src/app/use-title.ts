import { useEffect } from "react";

import { useStore } from "@/shared/lib/use-store";
import { useRealtime } from "@/shared/services/services";

/** The tab's title: what is open, and how much is new elsewhere. */
export function useTitle(page: string | null): void {
  const counts = useStore(useRealtime().arrivals.counts);
  const unseen = [...counts.values()].reduce((sum, count) => sum + count, 0);
  useEffect(() => {
    const title = page === null ? "Parley" : `${page} – Parley`;
    document.title = unseen === 0 ? title : `(${unseen}) ${title}`;
    return () => {
      document.title = "Parley";
    };
  }, [page, unseen]);
}
