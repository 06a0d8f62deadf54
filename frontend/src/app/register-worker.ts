import { updates } from "./updates";

const WORKER = "/sw.js";

/** Trusted Types, as far as used: https://www.w3.org/TR/trusted-types/. Not in TypeScript's library. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL: (url: string) => string };
}

/** Registers the worker that keeps the app on the device. Browsers have none outside HTTPS and localhost. */
export function registerWorker(): void {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- not in insecure contexts
  if (!import.meta.env.PROD || navigator.serviceWorker === undefined) return;
  // The content security policy takes script addresses from policies only.
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("parley", { createScriptURL: (url) => (url === WORKER ? url : "") });
  const register = async () => {
    try {
      const registration = await navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER);
      updates.follow(registration, Date.now());
    } catch {
      // Some browsers allow none in private windows: Parley needs the network there.
    }
  };
  // What is on screen goes first.
  if (document.readyState === "complete") void register();
  else window.addEventListener("load", () => void register(), { once: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void updates.look(Date.now());
  });
}
