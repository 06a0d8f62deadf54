/**
 * What the user said in one room and the server has not confirmed yet.
 *
 * One message is in flight at a time, so that they arrive in the order they were written; it is sent again with the
 * same id until it is acked, which the server answers as if it had been sent once.
 */
import type { Ack, Error as Refusal, MessageCreated, SendMessage } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import { backoff } from "./backoff";
import type { Cancel, Environment } from "./environment";
import { mentionsIn } from "./message";

/** From here on a message that is not acked is said to be late, and is sent again. */
export const LATE_MS = 10_000;

export interface PendingMessage {
  readonly id: string;
  readonly text: string;
  /** The number of the message it answers. */
  readonly replyTo: number | null;
  /** When it was written, in microseconds by the server's clock as far as known; later than what waits before it. */
  readonly ts: number;
  /** Not acked in time: the user may send it again now or drop it. */
  readonly late: boolean;
  /** Why the server will not have it, in words for the user. */
  readonly refusal: string | null;
  /** Its place in the log, once stored; it goes when the log has come so far. */
  readonly ack: Ack | null;
}

/** What of a message outlives the page. */
export interface UnsentMessage extends Pick<PendingMessage, "id" | "text" | "replyTo" | "ts" | "refusal"> {
  readonly room: string;
}

export interface OutboxPorts {
  /** Sends the frame; false when there is no live connection. */
  readonly send: (command: SendMessage) => boolean;
  readonly newId: () => string;
  /** Microseconds by the server's clock. */
  readonly serverTime: () => number;
  /** A message that was sent got no answer in time. */
  readonly onSilence: () => void;
}

interface Flight {
  readonly id: string;
  readonly cancel: Cancel;
}

export class Outbox {
  readonly #room: string;
  readonly #environment: Environment;
  readonly #ports: OutboxPorts;
  readonly #pending = createStore<readonly PendingMessage[]>([]);
  readonly #deadlines = new Map<string, Cancel>();
  #flight: Flight | null = null;
  #failures = 0;

  constructor(room: string, environment: Environment, ports: OutboxPorts) {
    this.#room = room;
    this.#environment = environment;
    this.#ports = ports;
  }

  get pending(): ReadableStore<readonly PendingMessage[]> {
    return this.#pending;
  }

  /** Queues the text and sends it as soon as its turn comes. */
  add(text: string, replyTo: number | null = null): void {
    const message = this.#draft(text, replyTo);
    this.#pending.update((pending) => [...pending, message]);
    this.#watch(message.id);
    this.pump();
  }

  /** Takes up what was said before the page was loaded anew, and sends it under the ids it had. */
  restore(messages: readonly UnsentMessage[]): void {
    const fresh = messages.filter(({ id }) => this.#find(id) === undefined);
    if (fresh.length === 0) return;
    const restored = fresh.map(({ id, text, replyTo, ts, refusal }) => {
      return { id, text, replyTo, ts, refusal, late: false, ack: null };
    });
    this.#pending.update((pending) => [...restored, ...pending].sort((one, other) => one.ts - other.ts));
    for (const { id, refusal } of restored) if (refusal === null) this.#watch(id);
    this.pump();
  }

  /** Sends the next message unless one is in flight or there is no connection. */
  pump(): void {
    if (this.#flight !== null) return;
    const next = this.#pending.get().find((message) => message.refusal === null && message.ack === null);
    if (next === undefined) return;
    const { id, text, replyTo } = next;
    const answering = replyTo === null ? {} : { reply_to: replyTo };
    this.#flight = { id, cancel: this.#environment.after(LATE_MS, () => this.#unanswered()) };
    if (!this.#ports.send({ action: "message.send", id, room: this.#room, text, ...answering })) this.interrupted();
  }

  /** The connection is gone: whatever was in flight will be sent again over the next. */
  interrupted(): void {
    this.#flight?.cancel();
    this.#flight = null;
  }

  /** Notes the ack; answers the event it stands for, or null for one that is not waited for. */
  acked(ack: Ack, sender: string): MessageCreated | null {
    const message = this.#find(ack.id);
    if (message === undefined) return null;
    this.#change(ack.id, { ack, late: false, refusal: null });
    this.#settled(ack.id);
    const { id, room, seq, n, ts } = ack;
    const { text, replyTo } = message;
    const mentions = mentionsIn(text);
    return { type: "message.created", id, room, seq, n, ts, sender, text, reply_to: replyTo, mentions };
  }

  /** The log has the message: it is not pending any more. Answers whether it was. */
  confirmed(id: string): boolean {
    const known = this.#find(id) !== undefined;
    if (known) this.#remove(id);
    return known;
  }

  /** Whether the refusal was of a message of this room. One worth repeating is sent again after a while. */
  refused(refusal: Refusal): boolean {
    const { id } = refusal;
    if (id === null || this.#find(id) === undefined) return false;
    if (refusal.retry) this.#postpone(id);
    else if (refusal.code === "not_live" || refusal.code === "unauthenticated") this.interrupted();
    else this.#giveUp(id, refusal.message);
    return true;
  }

  /** What is in flight may have come to nothing: it is sent again after a while, with the same id. */
  failed(): void {
    if (this.#flight !== null) this.#postpone(this.#flight.id);
  }

  /** The server closed the connection because of what is in flight: sending it again would close the next one too. */
  refuseFlight(reason: string): void {
    if (this.#flight !== null) this.#giveUp(this.#flight.id, reason);
  }

  /**
   * Tries again on the user's word.
   *
   * A refused message was stored nowhere, so it is sent under a new id: the old one may be what was wrong with it.
   * A late one may have been stored: it keeps its id.
   */
  retry(id: string): void {
    const message = this.#find(id);
    if (message?.ack !== null) return;
    if (message.refusal !== null) {
      const fresh = this.#draft(message.text, message.replyTo);
      this.#replace(id, fresh);
      this.#watch(fresh.id);
    } else {
      if (this.#flight?.id === id) this.interrupted();
      this.#change(id, { late: false });
      this.#watch(id);
    }
    this.pump();
  }

  /** Drops the message on the user's word. One that was late may turn up all the same. */
  discard(id: string): void {
    this.#remove(id);
  }

  /** Forgets everything; no timer is left. */
  dispose(): void {
    this.interrupted();
    for (const cancel of this.#deadlines.values()) cancel();
    this.#deadlines.clear();
    this.#pending.set([]);
  }

  #draft(text: string, replyTo: number | null): PendingMessage {
    const before = this.#pending.get().at(-1)?.ts ?? 0;
    return {
      id: this.#ports.newId(),
      text,
      replyTo,
      ts: Math.max(this.#ports.serverTime(), before + 1),
      late: false,
      refusal: null,
      ack: null,
    };
  }

  #find(id: string): PendingMessage | undefined {
    return this.#pending.get().find((message) => message.id === id);
  }

  #change(id: string, change: Partial<PendingMessage>): void {
    this.#pending.update((pending) =>
      pending.map((message) => (message.id === id ? { ...message, ...change } : message)),
    );
  }

  #replace(id: string, fresh: PendingMessage): void {
    this.#pending.update((pending) => pending.map((message) => (message.id === id ? fresh : message)));
  }

  #remove(id: string): void {
    this.#pending.update((pending) => pending.filter((message) => message.id !== id));
    this.#settled(id);
  }

  #giveUp(id: string, reason: string): void {
    this.#change(id, { refusal: reason, late: false });
    this.#settled(id);
  }

  /** Nothing is waited for with this id any more: the next may go. */
  #settled(id: string): void {
    this.#deadlines.get(id)?.();
    this.#deadlines.delete(id);
    if (this.#flight?.id !== id) return;
    this.#failures = 0;
    this.interrupted();
    this.pump();
  }

  #watch(id: string): void {
    this.#deadlines.get(id)?.();
    this.#deadlines.set(
      id,
      this.#environment.after(LATE_MS, () => {
        this.#deadlines.delete(id);
        this.#change(id, { late: true });
      }),
    );
  }

  /** The frame or its ack was lost, or the line is dead. */
  #unanswered(): void {
    this.#land();
    this.#ports.onSilence();
  }

  /** Its time is over: the message, which is still the next one, goes again. */
  #land(): void {
    this.#flight = null;
    this.pump();
  }

  /** Keeps the message's turn, and sends it again after a while. */
  #postpone(id: string): void {
    if (this.#flight?.id !== id) return;
    this.#flight.cancel();
    const wait = backoff(this.#failures + 1, () => 0.5 + this.#environment.random() / 2);
    this.#failures += 1;
    this.#flight = { id, cancel: this.#environment.after(wait, () => this.#land()) };
  }
}
