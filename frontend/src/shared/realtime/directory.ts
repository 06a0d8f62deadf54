/** Users by id. Events hold ids only, so the names are asked for when they are first seen. */
import { PAGE_MAX } from "@/shared/contract/limits";
import type { User } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import type { Environment } from "./environment";
import type { RealtimeRequests } from "./requests";

/** Ids that turn up together are asked for together. */
const GATHER_MS = 20;

function same(known: User | undefined, user: User): boolean {
  return (
    known?.name === user.name &&
    known.colour === user.colour &&
    known.status === user.status &&
    known.deleted === user.deleted
  );
}

export class Directory {
  readonly #environment: Environment;
  readonly #requests: RealtimeRequests;
  readonly #users = createStore<ReadonlyMap<string, User>>(new Map());
  readonly #asked = new Set<string>();
  #wanted: string[] = [];

  constructor(environment: Environment, requests: RealtimeRequests) {
    this.#environment = environment;
    this.#requests = requests;
  }

  get users(): ReadableStore<ReadonlyMap<string, User>> {
    return this.#users;
  }

  learn(users: readonly User[]): void {
    const known = this.#users.get();
    const news = users.filter((user) => !same(known.get(user.id), user));
    if (news.length === 0) return;
    this.#users.set(new Map([...known, ...news.map((user) => [user.id, user] as const)]));
  }

  /** Makes sure the users will be known, soon. */
  need(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.#users.get().has(id) || this.#asked.has(id)) continue;
      this.#asked.add(id);
      if (this.#wanted.push(id) === 1) this.#environment.after(GATHER_MS, () => void this.#ask());
    }
  }

  async #ask(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = [];
    for (let start = 0; start < wanted.length; start += PAGE_MAX) {
      const ids = wanted.slice(start, start + PAGE_MAX);
      try {
        this.learn(await this.#requests.users(ids));
      } catch {
        // Without an answer they stay nameless until they are seen again.
        for (const id of ids) this.#asked.delete(id);
      }
    }
  }
}
