/** One room as a client holds it: its log, what is being said in it, and how both are kept complete. */
import { hasCode } from "@/shared/api/api-error";
import { PAGE_MAX } from "@/shared/contract/limits";
import type { Ack, LogEvent, Message, Messages, Room } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import { Amendments, type AmendmentsPorts } from "./amendments";
import { backoff } from "./backoff";
import type { Cancel, Environment } from "./environment";
import type { Limiter } from "./limiter";
import { Outbox, type OutboxPorts, type UnsentMessage } from "./outbox";
import type { RealtimeRequests } from "./requests";
import {
  emptyLog,
  hasGap,
  hasOlder,
  mergeEvents,
  messageAt,
  prependPage,
  restart,
  setApart,
  type Merge,
  type RoomLog,
} from "./room-log";

/** Pushes overtake each other often; only a gap that stays is worth a request. */
const GAP_MS = 250;
/** What is remembered of a room that went on so far meanwhile is not where anybody reads. */
const FAR_BEHIND = 500;
/** Then the next heartbeat or resume tells again what is missing. */
const ATTEMPTS = 4;

export type History = "idle" | "loading" | "failed";

export interface ConversationPorts extends OutboxPorts, Omit<AmendmentsPorts, "amend" | "onDone"> {
  readonly me: string;
  readonly requests: RealtimeRequests;
  readonly limit: Limiter;
  /** Events became visible, in order; `here` are the ids of messages that were said on this device. */
  readonly onApplied: (room: string, events: readonly LogEvent[], here: ReadonlySet<string>) => void;
  /** The log was started anew: events were passed over that nobody will be told of. */
  readonly onRestarted: (room: string) => void;
  /** Messages whose authors are to be named were loaded. */
  readonly onLoaded: (messages: readonly Message[]) => void;
  /** The server says the caller is no member. */
  readonly onLost: (room: string) => void;
}

export class Conversation {
  readonly room: string;
  readonly outbox: Outbox;
  readonly amendments: Amendments;
  readonly #environment: Environment;
  readonly #ports: ConversationPorts;
  readonly #log;
  readonly #history = createStore<History>("idle");
  #target = 0;
  #stale = false;
  #catching = false;
  #disposed = false;
  #gapTimer: Cancel | null = null;
  #older: Promise<void> | null = null;
  /** Numbers of single messages that were asked for. */
  readonly #asked = new Set<number>();
  /** The last seq at which the caller is known to have been a member. */
  #memberAt: number;

  /** `remembered` are the newest messages as of the room's seq, where they are known. */
  constructor(
    { id: room, seq, n }: Room,
    environment: Environment,
    ports: ConversationPorts,
    remembered: readonly Message[] = [],
  ) {
    this.room = room;
    this.#memberAt = seq;
    this.#environment = environment;
    this.#ports = ports;
    this.#log = createStore(restart(emptyLog(room, seq, n), { messages: [...remembered], as_of: seq, n }).log);
    this.outbox = new Outbox(room, environment, ports);
    this.amendments = new Amendments(room, environment, {
      newId: ports.newId,
      amend: (id, amendment) => ports.requests.amend(id, amendment),
      onDone: (done) => this.#amendedAt(done),
    });
  }

  get log(): ReadableStore<RoomLog> {
    return this.#log;
  }

  get history(): ReadableStore<History> {
    return this.#history;
  }

  /**
   * The server says how far the room has come since it was remembered, and nothing was resumed yet.
   *
   * A gap that arises while the room is open is always filled; one as old as this, only where it is small.
   */
  renew({ seq, n }: Room): void {
    const { cursor, messages } = this.#log.get();
    if (messages.length === 0) this.#log.set(emptyLog(this.room, seq, n));
    else if (seq - cursor > FAR_BEHIND) this.reload();
  }

  /** Takes up what was said before the page was loaded anew, but for what the log has already. */
  restore(messages: readonly UnsentMessage[]): void {
    const shown = new Set(this.#log.get().messages.map(({ id }) => id));
    this.outbox.restore(messages.filter(({ id }) => !shown.has(id)));
  }

  receive(events: readonly LogEvent[]): void {
    this.#take(mergeEvents(this.#log.get(), events));
  }

  /** The sender is not pushed its own message: the ack tells where it is in the log. */
  acked(ack: Ack): void {
    const event = this.outbox.acked(ack, this.#ports.me);
    if (event === null) return;
    if (ack.seq <= this.#log.get().cursor) this.outbox.confirmed(ack.id);
    else this.receive([event]);
  }

  /** The log is known to reach `seq`: fetches what is missing up to there. */
  reaches(seq: number): void {
    if (seq <= this.#log.get().cursor) return;
    this.#target = Math.max(this.#target, seq);
    void this.#catchUp();
  }

  /** Asks once whether there is anything after the cursor. */
  probe(): void {
    this.reaches(this.#log.get().cursor + 1);
  }

  /** What is known is worthless: loads the newest page in its place. */
  reload(): void {
    this.#stale = true;
    void this.#catchUp();
  }

  /** Loads a page of older messages, if there are any and none are on their way. */
  loadOlder(limit?: number): Promise<void> {
    this.#older ??= this.#loadOlder(limit).finally(() => {
      this.#older = null;
    });
    return this.#older;
  }

  /** Loads all messages back to number n; false when that failed. */
  async loadBackTo(n: number): Promise<boolean> {
    for (let low = this.#log.get().low; low > n; low = this.#log.get().low) {
      await this.loadOlder(PAGE_MAX);
      if (this.#disposed || this.#log.get().low >= low) return false;
    }
    return true;
  }

  /** How many messages the room has, and soon the log with it; null when that could not be asked. */
  async askNewest(): Promise<number | null> {
    try {
      const page = await this.#ports.limit(() => this.#ports.requests.messages(this.room, undefined, 1));
      this.reaches(page.as_of);
      return page.n;
    } catch (error) {
      this.#lostIf(error);
      return null;
    }
  }

  /** Makes sure message n will be there, alone if it is not loaded with the others. */
  async need(n: number): Promise<void> {
    if (this.#asked.has(n) || messageAt(this.#log.get(), n) !== undefined) return;
    this.#asked.add(n);
    try {
      const page = await this.#ports.limit(() => this.#ports.requests.messages(this.room, n + 1, 1));
      if (this.#disposed) return;
      this.#log.update((log) => setApart(log, page, n));
      this.#ports.onLoaded(page.messages);
    } catch (error) {
      this.#lostIf(error);
    }
    // Where it did not come, or goes when the log starts anew, it is asked for when it is next seen to be missing.
    this.#asked.delete(n);
  }

  /** The server says that the caller is a member, as of this seq. */
  joined(seq: number): void {
    this.#memberAt = Math.max(this.#memberAt, seq);
  }

  /** The seq to resume from. What the answer says of the membership is as of then, whatever was heard before. */
  resumeFrom(): number {
    this.#memberAt = this.#log.get().cursor;
    return this.#memberAt;
  }

  /** Whether the caller is known to be a member again after this seq: a `left` that is late says nothing then. */
  joinedAfter(seq: number): boolean {
    return this.#memberAt > seq;
  }

  dispose(): void {
    this.#disposed = true;
    this.#gapTimer?.();
    this.outbox.dispose();
    this.amendments.dispose();
  }

  async #loadOlder(limit?: number): Promise<void> {
    const log = this.#log.get();
    if (!hasOlder(log)) return;
    this.#history.set("loading");
    try {
      const page = await this.#ports.requests.messages(this.room, log.low, limit);
      if (!this.#disposed) this.#prepend(page, log.low);
    } catch (error) {
      this.#history.set("failed");
      this.#lostIf(error);
    }
  }

  /** Its event is pushed as well; should the push be lost, the gap is known already. */
  #amendedAt(seq: number): void {
    this.amendments.settle(this.#log.get().cursor, []);
    if (seq > this.#log.get().cursor) this.#environment.after(GAP_MS, () => this.reaches(seq));
  }

  #prepend(page: Messages, low: number): void {
    const present = this.#log.get();
    const longer = prependPage(present, page);
    this.#log.set(longer);
    this.#ports.onLoaded(page.messages);
    // A page that adds nothing although the log stayed where it was would be asked for again without end.
    this.#history.set(longer === present && present.low === low ? "failed" : "idle");
  }

  #take(merge: Merge): void {
    if (merge.broken) {
      this.reload();
      return;
    }
    this.#log.set(merge.log);
    const here = new Set<string>();
    for (const event of merge.applied) {
      if (event.type === "message.created" && event.sender === this.#ports.me && this.outbox.confirmed(event.id)) {
        here.add(event.id);
      }
      if (event.type === "member.joined" && event.user === this.#ports.me) this.joined(event.seq);
    }
    this.amendments.settle(merge.log.cursor, merge.applied);
    if (merge.applied.length > 0) this.#ports.onApplied(this.room, merge.applied, here);
    this.#watchGap();
  }

  #watchGap(): void {
    if (!hasGap(this.#log.get())) {
      this.#gapTimer?.();
      this.#gapTimer = null;
      return;
    }
    this.#gapTimer ??= this.#environment.after(GAP_MS, () => {
      this.#gapTimer = null;
      const held = [...this.#log.get().held.keys()];
      this.reaches(Math.max(0, ...held));
    });
  }

  async #catchUp(): Promise<void> {
    if (this.#catching) return;
    this.#catching = true;
    for (let failures = 0; this.#behind() && failures < ATTEMPTS; ) {
      try {
        if (!(await this.#step()) && !this.#stale) break;
      } catch (error) {
        if (this.#lostIf(error)) break;
        failures += 1;
        await this.#pause(failures);
      }
    }
    this.#target = 0;
    this.#catching = false;
  }

  #behind(): boolean {
    return !this.#disposed && (this.#stale || this.#target > this.#log.get().cursor);
  }

  /** Fetches one page of what is missing; false when that brought nothing. */
  async #step(): Promise<boolean> {
    const { cursor } = this.#log.get();
    if (this.#stale) {
      await this.#restart();
      return true;
    }
    const page = await this.#ports.limit(() => this.#ports.requests.events(this.room, cursor));
    if (this.#disposed) return false;
    if (page.reset) {
      this.#stale = true;
      return true;
    }
    this.receive(page.events);
    return this.#log.get().cursor > cursor;
  }

  async #restart(): Promise<void> {
    const page = await this.#ports.limit(() => this.#ports.requests.messages(this.room));
    if (this.#disposed) return;
    this.#stale = false;
    const merge = restart(this.#log.get(), page);
    // What is held does not continue even the newest page: the page alone is the truth.
    this.#take(merge.broken ? { log: { ...merge.log, held: new Map() }, applied: [], broken: false } : merge);
    this.#history.set("idle");
    this.#ports.onLoaded(page.messages);
    this.#settleOutbox();
    this.#ports.onApplied(this.room, [], new Set());
    this.#ports.onRestarted(this.room);
  }

  /** A page shows messages without their events having been applied one by one. */
  #settleOutbox(): void {
    const { cursor, messages } = this.#log.get();
    const shown = new Set(messages.map((message) => message.id));
    for (const { id, ack } of this.outbox.pending.get()) {
      if (shown.has(id) || (ack !== null && ack.seq <= cursor)) this.outbox.confirmed(id);
    }
  }

  #lostIf(error: unknown): boolean {
    const lost = hasCode(error, "not_member", "not_found");
    if (lost && !this.#disposed) this.#ports.onLost(this.room);
    return lost;
  }

  #pause(failures: number): Promise<void> {
    const wait = backoff(failures, () => this.#environment.random());
    return new Promise((resolve) => void this.#environment.after(wait, resolve));
  }
}
