/** Whether a newer version of the app is there, and how a page comes to it. */
import { createStore, type ReadableStore } from "@/shared/lib/store";

/** What a waiting worker (worker/sw.ts) is told. */
const TAKE_OVER = "take-over";
/** A page may be open for weeks, and browsers look for a newer version only when one is loaded. */
const LOOK_MS = 3_600_000;

export class Updates {
  readonly #ready = createStore(false);
  readonly #reload: () => void;
  #registration: ServiceWorkerRegistration | null = null;
  #lookedAt = 0;

  /** `reload` loads the page anew. */
  constructor(reload: () => void) {
    this.#reload = reload;
  }

  /** A newer version is on this device. The page goes on as it is until it is loaded anew. */
  get ready(): ReadableStore<boolean> {
    return this.#ready;
  }

  follow(registration: ServiceWorkerRegistration, now: number): void {
    this.#registration = registration;
    this.#lookedAt = now;
    if (registration.waiting !== null) this.#ready.set(true);
    registration.addEventListener("updatefound", () => {
      const { installing, active } = registration;
      // The first one is of the version that is shown.
      if (installing === null || active === null) return;
      installing.addEventListener("statechange", () => {
        if (installing.state === "installed") this.#ready.set(true);
      });
    });
  }

  /** Asks the server whether there is a newer version, unless it was asked within the hour. */
  async look(now: number): Promise<void> {
    if (this.#registration === null || now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    try {
      await this.#registration.update();
    } catch {
      // No network: another time.
    }
  }

  /** Goes to the newer version. */
  apply(): void {
    const waiting = this.#registration?.waiting ?? null;
    // Another tab may have called it already.
    if (waiting === null) {
      this.#reload();
      return;
    }
    waiting.addEventListener("statechange", () => {
      if (waiting.state === "activated") this.#reload();
    });
    waiting.postMessage(TAKE_OVER);
  }
}

export const updates = new Updates(() => location.reload());
