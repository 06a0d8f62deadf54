/** Names that tabs of one browser hold; a tab that is closed or loaded anew lets go of its own. */
export interface TabLocks {
  /** Holds the name for as long as this tab lives. Resolves when it is held. */
  hold(name: string): Promise<void>;
  /** Runs the task, alone among all tabs, when nobody holds the name any more. */
  whenFree(name: string, task: () => Promise<void>): void;
}

/** The browser's own, or none in an insecure context: then no other tab is known to live. */
export function tabLocks(locks: LockManager | undefined): TabLocks {
  if (locks === undefined) {
    return { hold: () => Promise.resolve(), whenFree: (_name, task) => void task() };
  }
  return {
    hold: (name) =>
      new Promise((resolve) => {
        void locks.request(name, () => {
          resolve();
          return new Promise(() => undefined);
        });
      }),
    whenFree: (name, task) => void locks.request(name, task),
  };
}
