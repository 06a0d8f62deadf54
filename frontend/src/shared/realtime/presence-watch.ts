/** How the users on screen are. Signs only: one that is lost is put right by the next answer. */
import { WATCHED_USERS } from "@/shared/contract/limits";
import type { Presence, WatchPresence } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

export type PresenceState = Presence["users"][string];

export interface Sighting {
  /** `away` is online with devices that nobody touches. */
  readonly state: PresenceState;
  /** Microseconds since 1970; where it is known of who is offline. */
  readonly lastSeen: number | undefined;
}

export interface PresenceWatchPorts {
  readonly send: (command: WatchPresence) => boolean;
  readonly newId: () => string;
}

export class PresenceWatch {
  readonly #ports: PresenceWatchPorts;
  readonly #sightings = createStore<ReadonlyMap<string, Sighting>>(new Map());
  readonly #watched = new Map<string, readonly string[]>();
  #sent = "";

  constructor(ports: PresenceWatchPorts) {
    this.#ports = ports;
  }

  /** What is known of users, by id. */
  get sightings(): ReadableStore<ReadonlyMap<string, Sighting>> {
    return this.#sightings;
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
    const sightings = new Map(this.#sightings.get());
    for (const [user, state] of Object.entries(push.users)) {
      sightings.set(user, { state, lastSeen: push.last_seen?.[user] });
    }
    this.#sightings.set(sightings);
  }

  #tell(): void {
    const users = [...new Set([...this.#watched.values()].flat())].slice(0, WATCHED_USERS);
    const wanted = users.join();
    if (wanted === this.#sent) return;
    if (this.#ports.send({ action: "presence.watch", id: this.#ports.newId(), users })) this.#sent = wanted;
  }
}
