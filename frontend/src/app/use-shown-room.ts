import { useEffect } from "react";

import type { Cancel } from "@/shared/realtime/environment";
import { useRealtime } from "@/shared/services/services";

import { putOnScreen } from "./tabs";

/** What is on screen counts as read only in a tab that can be seen. */
export function useShownRoom(room: string | null): void {
  const { reads } = useRealtime();
  useEffect(() => {
    let takeOff: Cancel | null = null;
    const show = () => {
      const visible = document.visibilityState === "visible";
      reads.show(room, visible);
      takeOff?.();
      takeOff = visible && room !== null ? putOnScreen(room) : null;
    };
    show();
    document.addEventListener("visibilitychange", show);
    return () => {
      document.removeEventListener("visibilitychange", show);
      takeOff?.();
      reads.show(null, false);
    };
  }, [reads, room]);
}
