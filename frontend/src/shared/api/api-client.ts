/** REST with a short-lived access token, which is kept in memory only and renewed by the cookie when it has run out. */
import type { Contract, ErrorAnswer, Granted } from "@/shared/contract/types";
import { currentTexts } from "@/shared/texts/language";

import { ApiError, hasCode } from "./api-error";

const TIMEOUT_MS = 20_000;

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface ApiClientPorts {
  readonly fetch: typeof fetch;
  /** Runs the task while no other tab of this browser does: two tabs must not use one refresh token at once. */
  readonly exclusively: <T>(task: () => Promise<T>) => Promise<T>;
  /** The session is over: the refresh token is refused. */
  readonly onSessionEnded: () => void;
}

export class ApiClient {
  readonly #ports: ApiClientPorts;
  #token: string | null = null;
  /** Whose token it is. */
  #user: string | null = null;
  #refreshing: Promise<Granted> | null = null;

  constructor(ports: ApiClientPorts) {
    this.#ports = ports;
  }

  /** The body of the answer, which is of the contract's model with that name. */
  get<Name extends keyof Contract>(_answer: Name, path: string, query: Query = {}): Promise<Contract[Name]> {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
    return this.#authorized("GET", search === "" ? path : `${path}?${search}`) as Promise<Contract[Name]>;
  }

  /** As `get`, for what needs no session. */
  async look<Name extends keyof Contract>(_answer: Name, path: string): Promise<Contract[Name]> {
    return (await this.#exchange("GET", path, undefined, null)) as Contract[Name];
  }

  post<Name extends keyof Contract>(_answer: Name, path: string, body: object = {}): Promise<Contract[Name]> {
    return this.#authorized("POST", path, body) as Promise<Contract[Name]>;
  }

  patch<Name extends keyof Contract>(_answer: Name, path: string, body: object): Promise<Contract[Name]> {
    return this.#authorized("PATCH", path, body) as Promise<Contract[Name]>;
  }

  /** For answers without a body. */
  async command(path: string, body: object = {}): Promise<void> {
    await this.#authorized("POST", path, body);
  }

  /** For what needs no session and has no answer. */
  async tell(path: string, body: object): Promise<void> {
    await this.#exchange("POST", path, body, null);
  }

  /** Opens a session with credentials. */
  async open(path: string, body: object): Promise<Granted> {
    return this.#grant(await this.#exchange("POST", path, body, null));
  }

  /** Renews the access token, once for all who ask meanwhile. Raises `unauthenticated` when the session is over. */
  refresh(): Promise<Granted> {
    this.#refreshing ??= this.#ports
      .exclusively(() => this.#exchange("POST", "/auth/refresh", {}, null))
      .then((answer) => this.#grant(answer))
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  forget(): void {
    this.#token = null;
    this.#user = null;
  }

  #grant(answer: unknown): Granted {
    const granted = answer as Granted;
    // Another tab of this browser may have signed in as somebody else: this one must not go on in that name.
    if (this.#user !== null && granted.me.id !== this.#user) throw new ApiError("unauthenticated", currentTexts().errors.sessionEnded);
    this.#token = granted.access_token;
    this.#user = granted.me.id;
    return granted;
  }

  async #authorized(method: string, path: string, body?: object): Promise<unknown> {
    const token = this.#token;
    try {
      if (token !== null) return await this.#exchange(method, path, body, token);
    } catch (error) {
      if (!hasCode(error, "unauthenticated")) throw error;
    }
    // Another request may have renewed it while this one was under way.
    if (this.#token === token) await this.#renew();
    return this.#exchange(method, path, body, this.#token);
  }

  async #renew(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      if (hasCode(error, "unauthenticated")) {
        this.forget();
        this.#ports.onSessionEnded();
      }
      throw error;
    }
  }

  async #exchange(method: string, path: string, body: object | undefined, token: string | null): Promise<unknown> {
    const headers = new Headers({ accept: "application/json" });
    if (body !== undefined) headers.set("content-type", "application/json");
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    const response = await this.#answer(path, {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 204) return undefined;
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    throw refusal(response.status, answer);
  }

  async #answer(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#ports.fetch(`/api${path}`, init);
    } catch {
      throw new ApiError("offline", currentTexts().errors.offline);
    }
  }
}

function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
  if (typeof answer !== "object" || answer === null || !("error" in answer)) return false;
  const { error } = answer;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}

/** Something between here and the server may answer in a form of its own. */
function refusal(status: number, answer: unknown): ApiError {
  if (isErrorAnswer(answer)) return new ApiError(answer.error.code, answer.error.message, answer.error.details);
  const { errors } = currentTexts();
  if (status === 401) return new ApiError("unauthenticated", errors.sessionEnded);
  if (status === 429) return new ApiError("rate_limited", errors.tooFast);
  if (status >= 500) return new ApiError("unavailable", errors.unavailable);
  return new ApiError("bad_request", errors.notUnderstood);
}
