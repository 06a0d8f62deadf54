/** A value that changes as a whole and tells who listens. Values are never mutated, so identity means "unchanged". */
export interface ReadableStore<T> {
  readonly get: () => T;
  /** Calls `listener` after each change; the result ends that. */
  readonly subscribe: (listener: () => void) => () => void;
}

export interface Store<T> extends ReadableStore<T> {
  /** Setting the value it has already tells nobody. */
  readonly set: (next: T) => void;
  readonly update: (change: (present: T) => T) => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();

  function set(next: T): void {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) listener();
  }

  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
