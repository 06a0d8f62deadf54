/**
 * Remembers the signed-in user's state on this device: a page that is loaded anew shows the last state at once, and
 * what was said without a connection is sent.
 *
 * Where the browser keeps nothing (a private window, a full disk), everything works but for that.
 */
import type { Store } from "@/shared/lib/store";
import type { Environment } from "@/shared/realtime/environment";
import type { FirstScreen, Realtime, Remembered } from "@/shared/realtime/realtime";

import { STORES, type Database, type Draft } from "./database";
import { Keeper, type KeeperPorts } from "./keeper";
import type { TabLocks } from "./tab-locks";

export type Drafts = ReadonlyMap<string, Draft>;

export interface MemoryPorts {
  readonly environment: Environment;
  readonly open: () => Promise<Database>;
  readonly locks: TabLocks;
  /** What is typed in each room; filled by what is recalled. */
  readonly drafts: Store<Drafts>;
}

/** The last state that was kept. */
export interface Recollection {
  readonly bootstrap: FirstScreen;
  readonly remembered: Remembered;
}

export class Memory {
  readonly #ports: MemoryPorts;
  #opening: Promise<Database> | null = null;
  #database: Database | null = null;
  /** Everything goes one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #keeper: Keeper | null = null;

  constructor(ports: MemoryPorts) {
    this.#ports = ports;
  }

  /** What was kept, or null where nothing was. Its drafts are filled in. */
  async recall(): Promise<Recollection | null> {
    return (await this.#do((database) => this.#read(database))) ?? null;
  }

  /** Keeps this user's state from now on, and nobody else's. */
  follow(realtime: Realtime): void {
    this.#keeper?.end();
    const { environment, locks, drafts } = this.#ports;
    const write: KeeperPorts["write"] = (act) => this.#do(act);
    void this.#do(async (database) => {
      const account = await database.get("account", "account");
      if (account !== undefined && account.me.id !== realtime.me.id) await clear(database);
    });
    this.#keeper = new Keeper(realtime, { environment, locks, drafts, write });
    this.#keeper.begin();
  }

  /** Writes what is due later at once: the page may be about to go. Resolves when all is written. */
  async flush(): Promise<void> {
    this.#keeper?.flush();
    await this.#queue;
  }

  /** Whether the message with this id outlives the page. */
  keeps(id: string): boolean {
    return this.#keeper?.keeps(id) ?? false;
  }

  /** Wipes what is kept of this user, or of whoever it is, and ends keeping. */
  async forget(user: string | null = null): Promise<void> {
    this.#keeper?.end();
    this.#keeper = null;
    this.#ports.drafts.set(new Map());
    await this.#do(async (database) => {
      // Another tab may have signed in as somebody else meanwhile.
      const account = await database.get("account", "account");
      if (user === null || account === undefined || account.me.id === user) await clear(database);
    });
  }

  async #read(database: Database): Promise<Recollection | null> {
    const account = await database.get("account", "account");
    if (account === undefined) return null;
    const rooms = await database.getAll("rooms");
    const drafts = await database.getAll("drafts");
    this.#ports.drafts.set(new Map(drafts.map(({ room, text, replyTo }) => [room, { text, replyTo }])));
    return {
      bootstrap: {
        me: account.me,
        users: [...account.users],
        rooms: rooms.map(({ room }) => room),
        ...(account.blocks !== undefined && { blocks: account.blocks }),
      },
      remembered: new Map(rooms.map(({ id, messages }) => [id, messages])),
    };
  }

  #do<Result>(act: (database: Database) => Promise<Result>): Promise<Result | undefined> {
    // At once where that is possible: a page that goes does not come back for what it put off.
    const done = this.#waiting === 0 && this.#database !== null ? this.#attempt(act) : this.#queue.then(() => this.#attempt(act));
    this.#waiting += 1;
    this.#queue = done.finally(() => {
      this.#waiting -= 1;
    });
    return done;
  }

  async #attempt<Result>(act: (database: Database) => Promise<Result>): Promise<Result | undefined> {
    try {
      if (this.#database === null) {
        this.#opening ??= this.#ports.open();
        this.#database = await this.#opening;
      }
      return await act(this.#database);
    } catch {
      // Nothing is kept, then; the server has everything but what is on its way there.
      return undefined;
    }
  }
}

async function clear(database: Database): Promise<void> {
  const transaction = database.transaction(STORES, "readwrite");
  await Promise.all([...STORES.map((store) => transaction.objectStore(store).clear()), transaction.done]);
}
