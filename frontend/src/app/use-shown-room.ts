import { useEffect } from "react";

import { useRealtime } from "@/shared/services/services";

/** The room counts as shown while it is open in a visible tab: what comes meanwhile is not news. */
export function useShownRoom(room: string | null): void {
  const realtime = useRealtime();
  useEffect(() => {
    const show = () => realtime.show(document.visibilityState === "visible" ? room : null);
    show();
    document.addEventListener("visibilitychange", show);
    return () => {
      document.removeEventListener("visibilitychange", show);
      realtime.show(null);
    };
  }, [realtime, room]);
}
