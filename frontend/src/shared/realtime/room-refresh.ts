/**
 * Asks for all rooms after a connection was lost: signs of what was read on other devices carry no seq, so nothing else
 * tells that one was missed.
 */
import type { Room } from "@/shared/contract/types";

import type { Cancel, Environment } from "./environment";

/** Once in so long at most: a connection may come and go. */
const REFRESH_MS = 10_000;
/** Clients that were cut off together do not ask together. */
const SPREAD_MS = 3_000;

export interface RoomRefreshPorts {
  readonly ask: () => Promise<readonly Room[]>;
  readonly onRoom: (room: Room) => void;
}

export class RoomRefresh {
  readonly #environment: Environment;
  readonly #ports: RoomRefreshPorts;
  /** When they were last asked for, in milliseconds by this device's clock. */
  #askedAt: number;
  #wasLive = false;
  #timer: Cancel | null = null;

  /** Made when the first screen was loaded, which tells of all rooms. */
  constructor(environment: Environment, ports: RoomRefreshPorts) {
    this.#environment = environment;
    this.#ports = ports;
    this.#askedAt = environment.now();
  }

  /** What is known of the rooms is old: the first connection is a reason to ask, too. */
  doubt(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  /** All rooms were told of otherwise. */
  renewed(): void {
    this.#askedAt = this.#environment.now();
  }

  onLive(): void {
    const age = this.#environment.now() - this.#askedAt;
    const first = !this.#wasLive;
    this.#wasLive = true;
    if (this.#timer !== null || (first && age < REFRESH_MS)) return;
    const wait = Math.max(this.#environment.random() * SPREAD_MS, REFRESH_MS - age);
    this.#timer = this.#environment.after(wait, () => {
      this.#timer = null;
      void this.#ask();
    });
  }

  dispose(): void {
    this.#timer?.();
  }

  async #ask(): Promise<void> {
    this.#askedAt = this.#environment.now();
    try {
      for (const room of await this.#ports.ask()) this.#ports.onRoom(room);
    } catch {
      // Without an answer there is no connection either; the next one asks again.
    }
  }
}
