import { createContext, use } from "react";

import type { ApiClient } from "@/shared/api/api-client";
import type { Realtime } from "@/shared/realtime/realtime";
import type { Session } from "@/shared/session/session";

export const SessionContext = createContext<Session | null>(null);
export const RealtimeContext = createContext<Realtime | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error("useSession is for components below SessionContext");
  return session;
}

export function useApi(): ApiClient {
  return useSession().api;
}

/** The signed-in user's live state. */
export function useRealtime(): Realtime {
  const realtime = use(RealtimeContext);
  if (realtime === null) throw new Error("useRealtime is for components of a signed-in user");
  return realtime;
}
