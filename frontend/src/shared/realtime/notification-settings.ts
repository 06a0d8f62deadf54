/** What the user wants to be told of, the same on all devices. */
import type { Notifications, Room } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

export type Level = Notifications["rooms"][string];

const NOTHING_CHOSEN: Notifications = { version: 0, quiet: { until: null, daily: null }, rooms: {} };

export class NotificationSettings {
  readonly #chosen = createStore(NOTHING_CHOSEN);

  get chosen(): ReadableStore<Notifications> {
    return this.#chosen;
  }

  /** Takes in a choice as the server has it, unless a later one is known. */
  learn(chosen: Notifications | undefined): void {
    if (chosen !== undefined && chosen.version > this.#chosen.get().version) this.#chosen.set(chosen);
  }
}

/** Of which of the room's messages the user is told. */
export function levelOf({ id, kind }: Pick<Room, "id" | "kind">, { rooms }: Notifications): Level {
  return rooms[id] ?? (kind === "dm" ? "all" : "mentions");
}
