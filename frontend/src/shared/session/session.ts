/** Who is signed in, from the cookie at start to signing out. */
import type { ApiClient } from "@/shared/api/api-client";
import { hasCode, sentenceFor } from "@/shared/api/api-error";
import { realtimeRequests } from "@/shared/api/realtime-requests";
import { createStore, type ReadableStore } from "@/shared/lib/store";
import type { Environment } from "@/shared/realtime/environment";
import { Realtime } from "@/shared/realtime/realtime";

export type SessionState =
  | { readonly status: "starting" }
  /** The first screen could not be loaded; trying again may help. */
  | { readonly status: "failed"; readonly problem: string }
  | { readonly status: "signed-out"; readonly notice: string | null }
  | { readonly status: "signed-in"; readonly realtime: Realtime };

const ENDED = "Your session has ended. Log in again.";

export class Session {
  readonly api: ApiClient;
  readonly #environment: Environment;
  #signingOut = false;
  readonly #state = createStore<SessionState>({ status: "starting" });

  constructor(api: ApiClient, environment: Environment) {
    this.api = api;
    this.#environment = environment;
  }

  get state(): ReadableStore<SessionState> {
    return this.#state;
  }

  /** Takes up the session the cookie holds, if there is one. */
  async start(): Promise<void> {
    this.#state.set({ status: "starting" });
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
      const realtime = new Realtime(bootstrap, {
        environment: this.#environment,
        requests: realtimeRequests(this.api),
        onEnded: () => this.end(),
      });
      this.#state.set({ status: "signed-in", realtime });
      realtime.start();
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
    this.#leave(this.#signingOut ? null : ENDED);
  }

  #leave(notice: string | null): void {
    const state = this.#state.get();
    if (state.status === "signed-in") state.realtime.stop();
    this.api.forget();
    this.#state.set({ status: "signed-out", notice });
  }

  #fail(error: unknown): void {
    this.#state.set({ status: "failed", problem: sentenceFor(error) });
  }
}
