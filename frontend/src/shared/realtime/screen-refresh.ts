/**
 * Asks for the first screen again once a connection is live: what comes without a seq (what was read on other devices,
 * what was chosen there, how people are called) may have changed before it was, and nothing else tells.
 */
import type { Bootstrap } from "@/shared/contract/types";

import type { Cancel, Environment } from "./environment";

/** Once in so long at most: a connection may come and go. */
const REFRESH_MS = 10_000;
/** Clients that were cut off together do not ask together. */
const SPREAD_MS = 3_000;

export interface ScreenRefreshPorts {
  readonly ask: () => Promise<Bootstrap>;
  readonly onScreen: (screen: Bootstrap) => void;
}

export class ScreenRefresh {
  readonly #environment: Environment;
  readonly #ports: ScreenRefreshPorts;
  /** When it was last asked for, in milliseconds by this device's clock. */
  #askedAt: number;
  #timer: Cancel | null = null;

  /** Made when the first screen was loaded. */
  constructor(environment: Environment, ports: ScreenRefreshPorts) {
    this.#environment = environment;
    this.#ports = ports;
    this.#askedAt = environment.now();
  }

  /** What is shown is of an earlier time. */
  doubt(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  /** It was asked for otherwise. */
  renewed(): void {
    this.#askedAt = this.#environment.now();
  }

  onLive(): void {
    const age = this.#environment.now() - this.#askedAt;
    if (this.#timer !== null) return;
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
      this.#ports.onScreen(await this.#ports.ask());
    } catch {
      // Without an answer there is no connection either; the next one asks again.
    }
  }
}
