import type { TabLocks } from "@/shared/storage/tab-locks";

interface Waiting {
  readonly name: string;
  readonly task: () => Promise<void>;
}

/** The locks of one browser, whose tabs the test opens and closes. */
export class FakeLocks {
  readonly #held = new Map<string, object>();
  #waiting: Waiting[] = [];

  /** A tab with its locks, and what closing it does. */
  open(): TabLocks & { readonly close: () => Promise<void> } {
    const tab = {};
    return {
      hold: (name) => {
        this.#held.set(name, tab);
        return Promise.resolve();
      },
      whenFree: (name, task) => {
        this.#waiting.push({ name, task });
        void this.#run();
      },
      close: async () => {
        for (const [name, holder] of this.#held) if (holder === tab) this.#held.delete(name);
        await this.#run();
      },
    };
  }

  async #run(): Promise<void> {
    const free = this.#waiting.filter(({ name }) => !this.#held.has(name));
    this.#waiting = this.#waiting.filter(({ name }) => this.#held.has(name));
    for (const { task } of free) await task();
  }
}
