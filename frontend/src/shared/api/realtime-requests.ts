import type { Contract, Done } from "@/shared/contract/types";
import type { Amendment } from "@/shared/realtime/amendments";
import type { RealtimeRequests } from "@/shared/realtime/requests";

import type { ApiClient } from "./api-client";

/** The realtime client's requests over REST. */
export function realtimeRequests(api: ApiClient): RealtimeRequests {
  return {
    ticket: async () => (await api.post("Ticket", "/auth/ticket")).ticket,
    room: (id) => api.get("Room", `/rooms/${id}`),
    bootstrap: () => api.get("Bootstrap", "/bootstrap"),
    events: (room, after) => api.get("Events", `/rooms/${room}/events`, { after }),
    messages: (room, before, limit) => api.get("Messages", `/rooms/${room}/messages`, { before, limit }),
    amend: (room, amendment) => amend(api, room, amendment),
    users: async (ids) => (await api.get("Users", "/users", { ids: ids.join() })).users,
  };
}

function amend(api: ApiClient, room: string, { id, change }: Amendment): Promise<Done> {
  const path = `/rooms/${room}/messages/${change.target}`;
  switch (change.type) {
    case "message.edited":
      return api.patch("Done", path, { id, text: change.text } satisfies Contract["EditMessage"]);
    case "message.deleted":
      return api.post("Done", `${path}/delete`, { id } satisfies Contract["DeleteMessage"]);
    case "reaction.added":
    case "reaction.removed":
      return api.post("Done", `${path}/reactions`, {
        id,
        emoji: change.emoji,
        on: change.type === "reaction.added",
      } satisfies Contract["React"]);
  }
}
