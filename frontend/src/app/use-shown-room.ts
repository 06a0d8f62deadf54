import { useEffect } from "react";

import { useRealtime } from "@/shared/services/services";

/** What is on screen counts as read only in a tab that can be seen. */
export function useShownRoom(room: string | null): void {
  const { reads } = useRealtime();
  useEffect(() => {
    const show = () => reads.show(room, document.visibilityState === "visible");
    show();
    document.addEventListener("visibilitychange", show);
    return () => {
      document.removeEventListener("visibilitychange", show);
      reads.show(null, false);
    };
  }, [reads, room]);
}
