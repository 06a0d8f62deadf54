/** What this device remembers of the signed-in user, in the browser's IndexedDB. */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Bootstrap, Message, Room, User } from "@/shared/contract/types";
import type { UnsentMessage } from "@/shared/realtime/outbox";

/** Another shape needs another number: what was kept in the old one is dropped then. */
const VERSION = 1;

export const STORES = ["account", "rooms", "outbox", "drafts"] as const;

export interface KeptAccount {
  readonly key: "account";
  readonly me: Bootstrap["me"];
  readonly users: readonly User[];
  /** Absent where it was written by an earlier version of the app. */
  readonly blocks?: Bootstrap["blocks"];
}

export interface KeptRoom {
  readonly id: string;
  /** As of the last event in `messages`. */
  readonly room: Room;
  /** The newest ones, without a gap up to the room's n; none where none were loaded. */
  readonly messages: readonly Message[];
}

export interface KeptMessage extends UnsentMessage {
  /** The tab that sends it. */
  readonly tab: string;
}

/** What was typed and not sent. */
export interface Draft {
  readonly text: string;
  /** The number of the message that it answers. */
  readonly replyTo: number | null;
}

export interface KeptDraft extends Draft {
  readonly room: string;
}

interface Schema extends DBSchema {
  account: { key: string; value: KeptAccount };
  rooms: { key: string; value: KeptRoom };
  outbox: { key: string; value: KeptMessage };
  drafts: { key: string; value: KeptDraft };
}

export type Database = IDBPDatabase<Schema>;

const KEYS = { account: "key", rooms: "id", outbox: "id", drafts: "room" } as const;

/** Opens it, made anew where it is of another version. Rejects where the browser keeps nothing. */
export function openDatabase(name = "parley"): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    upgrade(database) {
      for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
      for (const store of STORES) database.createObjectStore(store, { keyPath: KEYS[store] });
    },
    // A tab with a newer version of the app must not wait for this one.
    blocking: (_present, _next, event) => (event.target as IDBDatabase).close(),
  });
}
