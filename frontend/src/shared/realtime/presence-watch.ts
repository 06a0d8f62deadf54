/** Who of the users on screen is online. Signs only: one that is lost is put right by the next answer. */
import { WATCHED_USERS } from "@/shared/contract/limits";
import type { Presence, WatchPresence } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

export interface PresenceWatchPorts {
  readonly send: (command: WatchPresence) => boolean;
  readonly newId: () => string;
}

export class PresenceWatch {
  readonly #ports: PresenceWatchPorts;
  readonly #online = createStore<ReadonlySet<string>>(new Set());
  readonly #watched = new Map<string, readonly string[]>();
  #sent = "";

  constructor(ports: PresenceWatchPorts) {
    this.#ports = ports;
  }

  /** Ids of the users known to be online. */
  get online(): ReadableStore<ReadonlySet<string>> {
    return this.#online;
  }

  /** Each part of the screen names the users it shows, under its own name; an empty list ends that. */
  watch(part: string, users: readonly string[]): void {
    if (users.length === 0) this.#watched.delete(part);
    else this.#watched.set(part, users);
    this.#tell();
  }

  /** A new connection knows nothing of what was watched before. */
  onLive(): void {
    this.#sent = "";
    this.#tell();
  }

  receive(push: Presence): void {
    const online = new Set(this.#online.get());
    for (const [user, state] of Object.entries(push.users)) {
      if (state === "online") online.add(user);
      else online.delete(user);
    }
    this.#online.set(online);
  }

  #tell(): void {
    const users = [...new Set([...this.#watched.values()].flat())].slice(0, WATCHED_USERS);
    const wanted = users.join();
    if (wanted === this.#sent) return;
    if (this.#ports.send({ action: "presence.watch", id: this.#ports.newId(), users })) this.#sent = wanted;
  }
}
