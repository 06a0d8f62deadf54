import { createStore, type ReadableStore } from "@/shared/lib/store";

/** What the server has of the user in versions, whichever way and in whichever order they come. */
export class Latest<State extends { readonly version: number }> {
  readonly #current;

  constructor(initial: State) {
    this.#current = createStore(initial);
  }

  get current(): ReadableStore<State> {
    return this.#current;
  }

  /** Takes in a state as the server has it, unless a later one is known. */
  learn(state: State | undefined): void {
    if (state !== undefined && state.version > this.#current.get().version) this.#current.set(state);
  }
}
