import { createStore } from "@/shared/lib/store";
import type { Environment } from "@/shared/realtime/environment";
import { Memory, type Drafts } from "@/shared/storage/memory";
import { tabLocks } from "@/shared/storage/tab-locks";

/** A device that keeps nothing, as in a private window. */
export function noMemory(environment: Environment): Memory {
  const open = () => Promise.reject(new DOMException("Nothing is kept here.", "InvalidStateError"));
  return new Memory({ environment, open, locks: tabLocks(undefined), drafts: createStore<Drafts>(new Map()) });
}
