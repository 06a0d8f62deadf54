/** How many messages came to each room while it was not shown. Of this device only. */
import { createStore, type ReadableStore } from "@/shared/lib/store";

export class Arrivals {
  readonly #counts = createStore<ReadonlyMap<string, number>>(new Map());
  readonly #seen = new Map<string, number>();
  #shown: string | null = null;

  /** Rooms with unseen messages, and how many. */
  get counts(): ReadableStore<ReadonlyMap<string, number>> {
    return this.#counts;
  }

  /** The room counts as seen up to message n. */
  begin(room: string, n: number): void {
    this.#seen.set(room, n);
    this.#count(room, 0);
  }

  end(room: string): void {
    this.#seen.delete(room);
    this.#count(room, 0);
  }

  /** `room` is on screen from now on, with its messages up to n; null when none is. */
  show(room: string | null, n: number): void {
    this.#shown = room;
    if (room !== null && this.#seen.has(room)) this.begin(room, n);
  }

  /** The room has n messages now; `own` of them were just said by the caller. */
  reached(room: string, n: number, own: number): void {
    const seen = this.#seen.get(room);
    if (seen === undefined) return;
    // A restored server may have fewer. Saying something where nothing is unseen leaves nothing unseen.
    if (room === this.#shown || n < seen || n - seen === own) this.begin(room, n);
    else this.#count(room, n - seen);
  }

  #count(room: string, count: number): void {
    const present = this.#counts.get().get(room) ?? 0;
    if (present === count) return;
    const counts = new Map(this.#counts.get());
    if (count > 0) counts.set(room, count);
    else counts.delete(room);
    this.#counts.set(counts);
  }
}
