/** What the tabs of one browser know of each other, by Web Locks: a tab that is closed lets go of its own. */
import type { Cancel } from "@/shared/realtime/environment";

const TELLER = "parley.teller";
const ON_SCREEN = "parley.on-screen.";

// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- not in insecure contexts
const locks: LockManager | null = navigator.locks ?? null;

/** Calls `onHeld` once this tab is the one of all that tells; the result hands that on. */
export function becomeTeller(onHeld: () => void): Cancel {
  return hold(TELLER, "exclusive", onHeld);
}

/** Lets the other tabs know that this one shows the room, until the result is called. */
export function putOnScreen(room: string): Cancel {
  return hold(ON_SCREEN + room, "shared", () => undefined);
}

/** Whether a tab that can be seen shows the room. */
export async function isOnScreen(room: string): Promise<boolean> {
  const { held = [] } = (await locks?.query()) ?? {};
  return held.some(({ name }) => name === ON_SCREEN + room);
}

function hold(name: string, mode: LockMode, onHeld: () => void): Cancel {
  const waiting = new AbortController();
  const over = new Promise<void>((resolve) => {
    waiting.signal.addEventListener("abort", () => resolve());
  });
  const held = () => {
    onHeld();
    return over;
  };
  // Given up while it waited.
  locks?.request(name, { mode, signal: waiting.signal }, held).catch(() => undefined);
  return () => waiting.abort();
}
