import { useSyncExternalStore } from "react";

import type { ReadableStore } from "./store";

/** The store's value, rendered anew when it changes. */
export function useStore<T>(store: ReadableStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/**
 * Part of the store's value, rendered anew only when that part changes.
 *
 * `select` must answer the same object for the same value: pick parts, make none.
 */
export function useSelected<T, Part>(store: ReadableStore<T>, select: (value: T) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
