import { useEffect } from "react";

import { useRealtime, useSession } from "@/shared/services/services";

/** Whoever leaves the page while something they said is nowhere but here is asked first. */
export function useUnsavedWarning(): void {
  const realtime = useRealtime();
  const { memory } = useSession();
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (realtime.unsaved((id) => memory.keeps(id))) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [realtime, memory]);
}
