import { useEffect, useState } from "react";

/** A number that goes up every so often while the page can be seen, and at once when it can be seen again. */
export function useTicks(milliseconds: number): number {
  const [ticks, setTicks] = useState(0);
  useEffect(() => {
    const tick = () => setTicks((present) => present + 1);
    let timer = setInterval(tick, milliseconds);
    function follow(): void {
      clearInterval(timer);
      if (document.visibilityState !== "visible") return;
      tick();
      timer = setInterval(tick, milliseconds);
    }
    document.addEventListener("visibilitychange", follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", follow);
    };
  }, [milliseconds]);
  return ticks;
}
