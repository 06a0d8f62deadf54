import { useEffect } from "react";

import { useRealtime } from "@/shared/services/services";

/** Whoever leaves the page while something they said is nowhere but here is asked first. */
export function useUnsavedWarning(): void {
  const realtime = useRealtime();
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (realtime.unsaved) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [realtime]);
}
