import type { RealtimeRequests } from "@/shared/realtime/requests";

import type { ApiClient } from "./api-client";

/** The realtime client's requests over REST. */
export function realtimeRequests(api: ApiClient): RealtimeRequests {
  return {
    ticket: async () => (await api.post("Ticket", "/auth/ticket")).ticket,
    room: (id) => api.get("Room", `/rooms/${id}`),
    events: (room, after) => api.get("Events", `/rooms/${room}/events`, { after }),
    messages: (room, before) => api.get("Messages", `/rooms/${room}/messages`, { before }),
    users: async (ids) => (await api.get("Users", "/users", { ids: ids.join() })).users,
  };
}
