import type { ReadableStore } from "@/shared/lib/store";
import type { Conversation } from "@/shared/realtime/conversation";
import type { Cancel, Environment } from "@/shared/realtime/environment";
import type { PendingMessage } from "@/shared/realtime/outbox";
import type { Realtime } from "@/shared/realtime/realtime";

import type { Database, Draft, KeptMessage, KeptRoom } from "./database";
import type { TabLocks } from "./tab-locks";

/** State that changes all the time is written once in so long; what the user says, at once. */
const WRITE_MS = 500;
/** So many messages of a room show its last state. */
const KEPT_MESSAGES = 100;

type ByKey = ReadonlyMap<string, unknown>;

export interface KeeperPorts {
  readonly environment: Environment;
  readonly locks: TabLocks;
  readonly drafts: ReadableStore<ReadonlyMap<string, Draft>>;
  /** Does something with the database after all that was asked for before; undefined where that failed. */
  readonly write: <Result>(act: (database: Database) => Promise<Result>) => Promise<Result | undefined>;
}

/**
 * Writes down one signed-in user's state as it changes.
 *
 * A message has one tab that sends it. Each tab holds a lock by its name; when that is free the tab is gone, and whoever
 * sees it first takes its messages over, with the ids they have: the server takes an id once, even where both sent it.
 */
export class Keeper {
  readonly #realtime: Realtime;
  readonly #ports: KeeperPorts;
  readonly #tab: string;
  readonly #ends: Cancel[] = [];
  readonly #conversations = new Map<string, Cancel>();
  /** Messages that are written or about to be, by id. */
  readonly #messages = new Map<string, KeptMessage>();
  /** Ids of those that are written. */
  readonly #written = new Set<string>();
  readonly #awaited = new Set<string>();
  readonly #rooms = new Set<string>();
  readonly #drafts = new Set<string>();
  #account = true;
  #timer: Cancel | null = null;
  #ended = false;

  constructor(realtime: Realtime, ports: KeeperPorts) {
    this.#realtime = realtime;
    this.#ports = ports;
    this.#tab = realtime.newId();
  }

  begin(): void {
    const { locks, drafts } = this.#ports;
    const { rooms, conversations, directory, blocks, reads, connection } = this.#realtime;
    void this.#write(() => locks.hold(lockOf(this.#tab)));
    for (const room of rooms.get().keys()) this.#rooms.add(room);
    for (const room of drafts.get().keys()) this.#drafts.add(room);
    this.#watch(directory.users, () => (this.#account = true));
    this.#watch(blocks.current, () => (this.#account = true));
    this.#watch(rooms, (now, before) => addChanged(this.#rooms, now, before));
    this.#watch(reads.unread, (now, before) => addChanged(this.#rooms, now, before));
    this.#watch(drafts, (now, before) => addChanged(this.#drafts, now, before));
    this.#watch(conversations, (now) => this.#followAll(now));
    this.#followAll(conversations.get());
    this.#ends.push(
      connection.state.subscribe(() => {
        if (connection.state.get().status === "live") void this.#adopt();
      }),
    );
    void this.#write(async (database) => {
      const kept = await database.getAllKeys("rooms");
      const gone = kept.filter((room) => !rooms.get().has(room));
      await Promise.all(gone.map((room) => database.delete("rooms", room)));
    });
    this.flush();
    void this.#adopt();
  }

  /** Whether the message with this id is written down. */
  keeps(id: string): boolean {
    return this.#written.has(id);
  }

  /** Writes what is due. */
  flush(): void {
    this.#timer?.();
    this.#timer = null;
    const { me, directory, blocks } = this.#realtime;
    const account = this.#account ? { me, users: [...directory.users.get().values()], blocks: blocks.current.get() } : null;
    const rooms = [...this.#rooms].map((room) => [room, this.#snapshot(room)] as const);
    const drafts = [...this.#drafts].map((room) => [room, this.#ports.drafts.get().get(room)] as const);
    this.#account = false;
    this.#rooms.clear();
    this.#drafts.clear();
    if (account === null && rooms.length === 0 && drafts.length === 0) return;
    void this.#write(async (database) => {
      const transaction = database.transaction(["account", "rooms", "drafts"], "readwrite");
      const kept = transaction.objectStore("rooms");
      const typed = transaction.objectStore("drafts");
      const written = [
        account === null ? null : transaction.objectStore("account").put({ key: "account", ...account }),
        ...rooms.map(([id, room]) => (room === null ? kept.delete(id) : kept.put(room))),
        ...drafts.map(([room, draft]) => (draft === undefined ? typed.delete(room) : typed.put({ room, ...draft }))),
      ];
      // A page that goes takes along what it has not committed.
      transaction.commit();
      await Promise.all([...written, transaction.done]);
    });
  }

  /** Nothing is written any more. */
  end(): void {
    this.#ended = true;
    this.#timer?.();
    for (const end of [...this.#ends, ...this.#conversations.values()]) end();
  }

  #write<Result>(act: (database: Database) => Promise<Result>): Promise<Result | undefined> {
    return this.#ports.write((database) => (this.#ended ? Promise.resolve(undefined) : act(database)));
  }

  #watch<Value>(store: ReadableStore<Value>, note: (now: Value, before: Value) => void): void {
    let before = store.get();
    const end = store.subscribe(() => {
      const now = store.get();
      note(now, before);
      before = now;
      this.#soon();
    });
    this.#ends.push(end);
  }

  #soon(): void {
    this.#timer ??= this.#ports.environment.after(WRITE_MS, () => this.flush());
  }

  #followAll(conversations: ReadonlyMap<string, Conversation>): void {
    for (const [room, end] of this.#conversations) {
      if (conversations.has(room)) continue;
      end();
      this.#conversations.delete(room);
      this.#keepOutbox(room, []);
    }
    for (const [room, conversation] of conversations) {
      if (!this.#conversations.has(room)) this.#conversations.set(room, this.#followOne(room, conversation));
    }
  }

  #followOne(room: string, { log, outbox: { pending } }: Conversation): Cancel {
    const ends = [
      log.subscribe(() => {
        this.#rooms.add(room);
        this.#soon();
      }),
      pending.subscribe(() => this.#keepOutbox(room, pending.get())),
    ];
    this.#rooms.add(room);
    this.#keepOutbox(room, pending.get());
    return () => {
      for (const end of ends) end();
    };
  }

  #keepOutbox(room: string, pending: readonly PendingMessage[]): void {
    const present = new Set(pending.map(({ id }) => id));
    for (const { id, ...kept } of [...this.#messages.values()]) {
      if (kept.room === room && !present.has(id)) this.#dropMessage(id);
    }
    for (const { id, text, replyTo, ts, refusal } of pending) {
      const known = this.#messages.get(id);
      if (known?.refusal === refusal) continue;
      const message: KeptMessage = { id, room, text, replyTo, ts, refusal, tab: this.#tab };
      this.#messages.set(id, message);
      void this.#write(async (database) => {
        await database.put("outbox", message);
        this.#written.add(id);
      });
    }
  }

  #dropMessage(id: string): void {
    this.#messages.delete(id);
    this.#written.delete(id);
    void this.#write((database) => database.delete("outbox", id));
  }

  /** The room as it would be shown; null where the user is no member any more. */
  #snapshot(id: string): KeptRoom | null {
    const { rooms, conversations, reads } = this.#realtime;
    const room = rooms.get().get(id);
    const log = conversations.get().get(id)?.log.get();
    if (room === undefined || log === undefined) return null;
    const marker = reads.stored(id);
    const mentions = reads.unread.get().get(id)?.mentions ?? 0;
    const state = { seq: log.cursor, n: log.n, read_n: marker.n, read_version: marker.version, mentions };
    return { id, room: { ...room, ...state }, messages: log.messages.slice(-KEPT_MESSAGES) };
  }

  /** Takes over the messages of tabs that are gone, and of others as soon as they are. */
  async #adopt(): Promise<void> {
    const kept = await this.#write((database) => database.getAll("outbox"));
    for (const tab of new Set(kept?.map((message) => message.tab))) {
      if (tab === this.#tab || this.#awaited.has(tab)) continue;
      this.#awaited.add(tab);
      this.#ports.locks.whenFree(lockOf(tab), () => this.#claim(tab));
    }
  }

  async #claim(tab: string): Promise<void> {
    const claimed = await this.#write(async (database) => {
      const transaction = database.transaction("outbox", "readwrite");
      const theirs = (await transaction.store.getAll()).filter((message) => message.tab === tab);
      const ours = theirs.map((message) => ({ ...message, tab: this.#tab }));
      await Promise.all([...ours.map((message) => transaction.store.put(message)), transaction.done]);
      return ours;
    });
    this.#awaited.delete(tab);
    if (claimed === undefined || this.#ended) return;
    for (const message of claimed) {
      this.#messages.set(message.id, message);
      this.#written.add(message.id);
    }
    this.#realtime.restore(claimed);
    // What the log has already, or has no room any more, is not pending: it goes.
    for (const { id, room } of claimed) {
      const pending = this.#realtime.conversations.get().get(room)?.outbox.pending.get() ?? [];
      if (!pending.some((message) => message.id === id)) this.#dropMessage(id);
    }
  }
}

function lockOf(tab: string): string {
  return `parley.tab.${tab}`;
}

/** Adds the keys whose values are not the same as before. */
function addChanged(changed: Set<string>, now: ByKey, before: ByKey): void {
  for (const key of new Set([...now.keys(), ...before.keys()])) if (now.get(key) !== before.get(key)) changed.add(key);
}
