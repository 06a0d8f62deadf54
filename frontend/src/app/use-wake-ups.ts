import { useEffect } from "react";

import { useRealtime } from "@/shared/services/services";

/** A network that comes or goes, and a reader who is back, are reasons to look at the connection at once. */
export function useWakeUps(): void {
  const { connection } = useRealtime();
  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === "visible") connection.wake();
    };
    const doubt = () => connection.doubt();
    window.addEventListener("online", wake);
    window.addEventListener("offline", doubt);
    window.addEventListener("focus", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", doubt);
      window.removeEventListener("focus", wake);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [connection]);
}
