/** Who is signed in, from the cookie at start to signing out. */
import type { ApiClient } from "@/shared/api/api-client";
import { hasCode, sentenceFor } from "@/shared/api/api-error";
import { realtimeRequests } from "@/shared/api/realtime-requests";
import { createStore, type ReadableStore } from "@/shared/lib/store";
import type { Environment } from "@/shared/realtime/environment";
import { Realtime, type FirstScreen, type Remembered } from "@/shared/realtime/realtime";
import type { Memory, Recollection } from "@/shared/storage/memory";
import { currentTexts } from "@/shared/texts/language";

export type SessionState =
  | { readonly status: "starting" }
  /** The first screen could not be loaded; trying again may help. */
  | { readonly status: "failed"; readonly problem: string }
  | { readonly status: "signed-out"; readonly notice: string | null }
  | { readonly status: "signed-in"; readonly realtime: Realtime };

export class Session {
  readonly api: ApiClient;
  readonly memory: Memory;
  readonly #environment: Environment;
  #signingOut = false;
  readonly #state = createStore<SessionState>({ status: "starting" });

  constructor(api: ApiClient, environment: Environment, memory: Memory) {
    this.api = api;
    this.memory = memory;
    this.#environment = environment;
  }

  get state(): ReadableStore<SessionState> {
    return this.#state;
  }

  /** Takes up the session the cookie holds, if there is one; with the last state of this device on screen at once. */
  async start(): Promise<void> {
    this.#state.set({ status: "starting" });
    const recollection = await this.memory.recall();
    if (recollection !== null) {
      await this.#goOn(recollection);
      return;
    }
    try {
      await this.api.refresh();
    } catch (error) {
      if (hasCode(error, "unauthenticated")) this.#state.set({ status: "signed-out", notice: null });
      else this.#fail(error);
      return;
    }
    await this.enter();
  }

  /** Loads the first screen of a session that was just opened. */
  async enter(): Promise<void> {
    this.#state.set({ status: "starting" });
    try {
      const bootstrap = await this.api.get("Bootstrap", "/bootstrap");
      this.#open(bootstrap).start();
    } catch (error) {
      if (hasCode(error, "unauthenticated")) this.end();
      else this.#fail(error);
    }
  }

  /** Ends the session on the server too. Raises when it does not answer: the session goes on then. */
  async signOut(): Promise<void> {
    this.#signingOut = true;
    try {
      await this.api.command("/auth/logout");
      this.#leave(null);
    } finally {
      this.#signingOut = false;
    }
  }

  /** The server ended the session. */
  end(): void {
    this.#leave(this.#signingOut ? null : currentTexts().errors.sessionEnded);
  }

  #open(bootstrap: FirstScreen, remembered: Remembered | null = null): Realtime {
    const ports = {
      environment: this.#environment,
      requests: realtimeRequests(this.api),
      onEnded: () => this.end(),
    };
    const realtime = new Realtime(bootstrap, ports, remembered);
    this.#state.set({ status: "signed-in", realtime });
    this.memory.follow(realtime);
    return realtime;
  }

  async #goOn({ bootstrap, remembered }: Recollection): Promise<void> {
    const realtime = this.#open(bootstrap, remembered);
    try {
      const { me } = await this.api.refresh();
      if (me.id !== realtime.me.id) {
        await this.#switch();
        return;
      }
      const present = await this.api.get("Bootstrap", "/bootstrap");
      if (this.#shows(realtime)) realtime.renew(present);
    } catch (error) {
      if (hasCode(error, "unauthenticated")) {
        this.end();
        return;
      }
      // The connection goes on trying, and tells of what is missing.
    }
    if (this.#shows(realtime)) realtime.start();
  }

  /** The cookie is somebody else's than what is kept. */
  async #switch(): Promise<void> {
    this.#leave(null);
    await this.enter();
  }

  #shows(realtime: Realtime): boolean {
    const state = this.#state.get();
    return state.status === "signed-in" && state.realtime === realtime;
  }

  #leave(notice: string | null): void {
    const state = this.#state.get();
    void this.memory.forget(state.status === "signed-in" ? state.realtime.me.id : null);
    if (state.status === "signed-in") state.realtime.stop();
    this.api.forget();
    this.#state.set({ status: "signed-out", notice });
  }

  #fail(error: unknown): void {
    this.#state.set({ status: "failed", problem: sentenceFor(error) });
  }
}
