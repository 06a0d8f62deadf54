/**
 * What the user wants changed of messages in one room and the log does not show yet: edits, deletions, reactions.
 *
 * Each is shown at once, sent over REST one after the other, and again with the same id until it is answered. It goes
 * when the log has it, or with a sentence when it is refused: what it changed is then as it was before.
 */
import { hasCode, sentenceFor } from "@/shared/api/api-error";
import type { Done, LogEvent, Message } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";
import { currentTexts } from "@/shared/texts/language";

import { backoff } from "./backoff";
import type { Cancel, Environment } from "./environment";
import { changed, type Alteration } from "./message";

export interface Amendment {
  readonly id: string;
  readonly change: Alteration;
  /** Its place in the log, once it is known. */
  readonly seq: number | null;
}

export interface AmendmentsPorts {
  readonly newId: () => string;
  readonly amend: (room: string, amendment: Amendment) => Promise<Done>;
  /** The amendment was answered: the log reaches this seq. */
  readonly onDone: (seq: number) => void;
}

/** A server that answers, but never well, is not asked without end; one that does not answer may be far away. */
const FAILED_ANSWERS = 6;

export class Amendments {
  readonly #room: string;
  readonly #environment: Environment;
  readonly #ports: AmendmentsPorts;
  readonly #pending = createStore<readonly Amendment[]>([]);
  readonly #problem = createStore<string | null>(null);
  #running = false;
  #disposed = false;
  /** Ends the wait for the next attempt. */
  #hurry: (() => void) | null = null;

  constructor(room: string, environment: Environment, ports: AmendmentsPorts) {
    this.#room = room;
    this.#environment = environment;
    this.#ports = ports;
  }

  /** In the order they were asked for. */
  get pending(): ReadableStore<readonly Amendment[]> {
    return this.#pending;
  }

  /** Why the last one that was refused was not done, until it is dismissed. */
  get problem(): ReadableStore<string | null> {
    return this.#problem;
  }

  add(change: Alteration): void {
    const amendment = { id: this.#ports.newId(), change, seq: null };
    this.#pending.update((pending) => [...pending, amendment]);
    this.#problem.set(null);
    void this.#run();
  }

  dismissProblem(): void {
    this.#problem.set(null);
  }

  /** There is a connection again: what waits is tried at once. */
  wake(): void {
    this.#hurry?.();
  }

  /** The log has come to `cursor`, with these events at last: what it shows by itself needs no showing here. */
  settle(cursor: number, applied: readonly LogEvent[]): void {
    const ids = new Set(applied.map((event) => event.id));
    this.#keep(({ id, seq }) => !ids.has(id) && (seq === null || seq > cursor));
  }

  /** Forgets everything; no timer is left. */
  dispose(): void {
    this.#disposed = true;
    this.#hurry?.();
    this.#pending.set([]);
  }

  #keep(wanted: (amendment: Amendment) => boolean): void {
    const pending = this.#pending.get();
    if (!pending.every(wanted)) this.#pending.set(pending.filter(wanted));
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    let failures = 0;
    let answers = 0;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      try {
        this.#answered(next.id, (await this.#ports.amend(this.#room, next)).seq);
        failures = answers = 0;
      } catch (error) {
        if (!hasCode(error, "offline")) answers += 1;
        if (!mayPass(error) || answers === FAILED_ANSWERS) {
          this.#refused(next, error);
          failures = answers = 0;
        } else if (!this.#disposed) {
          failures += 1;
          await this.#pause(failures);
        }
      }
    }
    this.#running = false;
  }

  #next(): Amendment | undefined {
    return this.#pending.get().find((amendment) => amendment.seq === null);
  }

  #answered(id: string, seq: number): void {
    // The event may have come before the answer.
    if (!this.#pending.get().some((amendment) => amendment.id === id)) return;
    this.#pending.update((pending) => pending.map((it) => (it.id === id ? { ...it, seq } : it)));
    this.#ports.onDone(seq);
  }

  #refused({ id, change }: Amendment, error: unknown): void {
    if (!this.#pending.get().some((amendment) => amendment.id === id)) return;
    this.#keep((amendment) => amendment.id !== id);
    this.#problem.set(`${currentTexts().messages.undone[change.type]} ${sentenceFor(error)}`);
  }

  #pause(failures: number): Promise<void> {
    const wait = backoff(failures, () => this.#environment.random());
    return new Promise((resolve) => {
      let cancel: Cancel | null = null;
      this.#hurry = () => {
        cancel?.();
        this.#hurry = null;
        resolve();
      };
      cancel = this.#environment.after(wait, () => this.#hurry?.());
    });
  }
}

function mayPass(error: unknown): boolean {
  return hasCode(error, "offline", "unavailable", "rate_limited", "internal");
}

/** The loaded messages, the first of which has number `low`, as the user wants them to be. */
export function amended(messages: readonly Message[], low: number, amendments: readonly Amendment[]): readonly Message[] {
  if (amendments.length === 0) return messages;
  const wanted = [...messages];
  for (const { change } of amendments) {
    const message = wanted[change.target - low];
    if (message !== undefined) wanted[change.target - low] = changed(message, change);
  }
  return wanted;
}
