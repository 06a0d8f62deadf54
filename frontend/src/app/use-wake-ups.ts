import { useEffect } from "react";

import { useRealtime } from "@/shared/services/services";

const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "focus"] as const;

/**
 * A network that comes or goes, and a reader who is back, are reasons to look at the connection at once. And it tells
 * others that the user is away when nobody touches the device.
 */
export function useWakeUps(): void {
  const { connection } = useRealtime();
  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === "visible") connection.wake();
    };
    const doubt = () => connection.doubt();
    const touched = () => connection.touched();
    for (const touch of TOUCHES) window.addEventListener(touch, touched, { passive: true });
    window.addEventListener("online", wake);
    window.addEventListener("offline", doubt);
    window.addEventListener("focus", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      for (const touch of TOUCHES) window.removeEventListener(touch, touched);
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", doubt);
      window.removeEventListener("focus", wake);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [connection]);
}
