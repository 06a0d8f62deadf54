import { drafts } from "@/features/messages/lib/drafts";
import { ApiClient } from "@/shared/api/api-client";
import type { Environment } from "@/shared/realtime/environment";
import { Session } from "@/shared/session/session";
import { openDatabase } from "@/shared/storage/database";
import { Memory } from "@/shared/storage/memory";
import { tabLocks } from "@/shared/storage/tab-locks";

/** Randomness that nobody guesses: ids are told to others. */
function random(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / 2 ** 32;
}

function socketAddress(): string {
  const address = new URL("/ws", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

const browser: Environment = {
  now: () => Date.now(),
  random,
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
  open(protocols, listener) {
    const socket = new WebSocket(socketAddress(), protocols);
    socket.onopen = listener.onOpen;
    socket.onmessage = ({ data }) => listener.onMessage(data);
    socket.onclose = ({ code }) => listener.onClose(code);
    return {
      send: (text) => socket.send(text),
      close: () => socket.close(),
    };
  },
};

/** Locks are there over HTTPS and on localhost only; without them two tabs that wake at once may refresh twice. */
function exclusively<T>(task: () => Promise<T>): Promise<T> {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- not in insecure contexts
  if (navigator.locks === undefined) return task();
  return navigator.locks.request("parley.refresh", task) as Promise<T>;
}

/** The session of this browser. */
export function createSession(): Session {
  const api = new ApiClient({
    fetch: (input, init) => fetch(input, init),
    exclusively,
    onSessionEnded: () => session.end(),
  });
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- not in insecure contexts
  const locks = tabLocks(navigator.locks ?? undefined);
  const memory = new Memory({ environment: browser, open: openDatabase, locks, drafts });
  window.addEventListener("pagehide", () => void memory.flush());
  const session = new Session(api, browser, memory);
  return session;
}
