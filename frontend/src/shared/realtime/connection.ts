/**
 * One socket at a time, for as long as the session lasts: ticket, handshake, resume, heartbeat, and again after a loss.
 *
 *   connecting -> live -> waiting -> connecting ...
 *        \-> waiting         any -> ended (the session is over), any -> stopped
 */
import { hasCode } from "@/shared/api/api-error";
import { FRAME_BYTES, HEARTBEAT_SECONDS, IDLE_SECONDS, RESUME_ROOMS } from "@/shared/contract/limits";
import type { Command, Push } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import { backoff } from "./backoff";
import type { Cancel, Environment, Socket } from "./environment";
import { isFunctionFailure, parsePush } from "./frames";

const HEARTBEAT_MS = HEARTBEAT_SECONDS * 1_000;
const IDLE_MS = IDLE_SECONDS * 1_000;
const ANSWER_MS = 10_000;
/** The same where there is reason to think that the line is dead. */
const DOUBT_MS = 5_000;
/** Resuming may mean megabytes of missed events over a slow line. */
const RESUME_MS = 30_000;
/** A connection that was live for less than this counts as a failed attempt, or a server that drops us is hammered. */
const STEADY_MS = 10_000;
/** A socket that spoke this recently is taken for alive. */
const FRESH_MS = 10_000;
/** RFC 6455, section 7.4.1: a frame was larger than the other side takes. */
const MESSAGE_TOO_BIG = 1009;
/** `"<26 characters>":<seq>,` of a resume frame; seqs of up to ten digits. */
const CURSOR_BYTES = 40;
const RESUME_CURSORS = Math.min(RESUME_ROOMS, Math.floor((FRAME_BYTES - 200) / CURSOR_BYTES));

/** `since` and `retryAt` in milliseconds by this device's clock; `since` is when there was last a live connection. */
export type ConnectionState =
  | { readonly status: "connecting"; readonly since: number }
  | { readonly status: "live" }
  | { readonly status: "waiting"; readonly since: number; readonly retryAt: number }
  | { readonly status: "ended" }
  | { readonly status: "stopped" };

export interface ConnectionPorts {
  readonly ticket: () => Promise<string>;
  readonly newId: () => string;
  /** The seq each known room is complete up to. */
  readonly cursors: () => Iterable<readonly [room: string, seq: number]>;
  readonly onPush: (push: Push) => void;
  readonly onLive: () => void;
  readonly onDown: () => void;
  /** What is in flight may have come to nothing at the server: one of this client's frames did. */
  readonly onFailed: () => void;
  /** The server closed because a frame was too large: what is in flight must not be sent again. */
  readonly onTooBig: () => void;
  /** The session is over; nothing is tried again. */
  readonly onEnded: () => void;
}

export class Connection {
  readonly #environment: Environment;
  readonly #ports: ConnectionPorts;
  readonly #state = createStore<ConnectionState>({ status: "stopped" });
  #socket: Socket | null = null;
  #attempt = 0;
  #failures = 0;
  #lostAt = 0;
  #liveAt = 0;
  #heardAt = 0;
  #pinging = false;
  #since = 0;
  #touchedAt: number;
  /** As the server was last told on this socket. */
  #toldIdle = false;
  #resumeId = "";
  /** Waits for the next step: a retry, an answer, or the next heartbeat. */
  #timer: Cancel | null = null;

  constructor(environment: Environment, ports: ConnectionPorts) {
    this.#environment = environment;
    this.#ports = ports;
    this.#touchedAt = environment.now();
  }

  get state(): ReadableStore<ConnectionState> {
    return this.#state;
  }

  start(): void {
    if (this.#state.get().status !== "stopped") return;
    this.#lostAt = this.#environment.now();
    void this.#connect();
  }

  /** Closes for good. */
  stop(): void {
    this.#drop();
    this.#state.set({ status: "stopped" });
  }

  /** Something speaks for a working network, or a dead socket: tries at once, or asks whether the server is there. */
  wake(): void {
    const { status } = this.#state.get();
    if (status === "waiting") {
      this.#failures = 0;
      void this.#connect();
    } else if (status === "live" && this.#environment.now() - this.#heardAt > FRESH_MS) {
      this.doubt();
    }
  }

  /** The user touches the device; who was away because nobody did is back at once. */
  touched(): void {
    this.#touchedAt = this.#environment.now();
    if (this.#toldIdle && !this.#pinging) this.#ping(ANSWER_MS);
  }

  /** Something speaks for a dead line: asks the other side for a sign of life, now and not patiently. */
  doubt(): void {
    if (!this.#pinging) this.#ping(DOUBT_MS);
  }

  /** Gives the socket up and opens another: the server does not take this one for live. */
  restart(): void {
    if (this.#socket !== null) this.#lost();
  }

  /** Sends the command; false without a live connection. */
  send(command: Command): boolean {
    if (this.#socket === null || this.#state.get().status !== "live") return false;
    this.#socket.send(JSON.stringify(command));
    return true;
  }

  async #connect(): Promise<void> {
    this.#drop();
    const attempt = ++this.#attempt;
    this.#state.set({ status: "connecting", since: this.#lostAt });
    let ticket: string;
    try {
      ticket = await this.#ports.ticket();
    } catch (error) {
      if (attempt !== this.#attempt) return;
      if (hasCode(error, "unauthenticated")) this.#end();
      else this.#retryLater();
      return;
    }
    if (attempt === this.#attempt) this.#open(ticket);
  }

  #open(ticket: string): void {
    const attempt = this.#attempt;
    const current = (act: () => void): void => {
      if (attempt === this.#attempt) act();
    };
    const socket = this.#environment.open(["parley.v1", `ticket.${ticket}`], {
      onOpen: () => current(() => this.#resume(socket)),
      onMessage: (frame) => current(() => this.#receive(frame)),
      onClose: (code) => current(() => this.#closed(code)),
    });
    this.#socket = socket;
    this.#expect(ANSWER_MS);
  }

  #closed(code: number): void {
    if (code === MESSAGE_TOO_BIG) this.#ports.onTooBig();
    this.#lost();
  }

  #resume(socket: Socket): void {
    const cursors = [...this.#ports.cursors()].slice(0, RESUME_CURSORS);
    this.#resumeId = this.#ports.newId();
    this.#expect(RESUME_MS);
    const rooms = Object.fromEntries(cursors);
    socket.send(JSON.stringify({ action: "resume", id: this.#resumeId, rooms } satisfies Command));
  }

  #receive(frame: unknown): void {
    this.#heardAt = this.#environment.now();
    const push = parsePush(frame);
    if (push === null) {
      if (isFunctionFailure(frame)) this.#failed();
      return;
    }
    if (push.type === "session.ended") {
      this.#end();
      return;
    }
    if (push.type === "error" && push.id === this.#resumeId) {
      this.#lost();
      return;
    }
    this.#ports.onPush(push);
    if (push.type === "resumed") this.#live();
    if (push.type === "pong") {
      this.#pinging = false;
      this.#since = push.since;
      this.#scheduleHeartbeat();
    }
  }

  /** Before the connection is live nothing but its resume frame was sent, and that one is not sent twice. */
  #failed(): void {
    if (this.#state.get().status === "live") this.#ports.onFailed();
    else this.#lost();
  }

  #live(): void {
    if (this.#state.get().status !== "connecting") return;
    this.#liveAt = this.#environment.now();
    this.#state.set({ status: "live" });
    this.#scheduleHeartbeat();
    this.#ports.onLive();
  }

  /** Jitter keeps the heartbeats of clients that connected together apart. */
  #scheduleHeartbeat(): void {
    const wait = HEARTBEAT_MS * (0.75 + this.#environment.random() / 4);
    this.#wait(wait, () => this.#ping(ANSWER_MS));
  }

  #ping(patience: number): void {
    if (this.#state.get().status !== "live") return;
    this.#pinging = true;
    this.#expect(patience);
    this.#toldIdle = this.#environment.now() - this.#touchedAt >= IDLE_MS;
    this.send({ action: "ping", id: this.#ports.newId(), since: this.#since, idle: this.#toldIdle });
  }

  /** A dead line closes nothing by itself: without an answer in time it is given up. */
  #expect(milliseconds: number): void {
    this.#wait(milliseconds, () => this.#lost(this.#heardAt));
  }

  /** `at`: when the line was last known to work, if not just now. */
  #lost(at = this.#environment.now()): void {
    if (this.#state.get().status === "live") {
      this.#lostAt = Math.max(at, this.#liveAt);
      if (this.#lostAt - this.#liveAt >= STEADY_MS) this.#failures = 0;
    }
    this.#drop();
    this.#retryLater();
  }

  #retryLater(): void {
    const wait = backoff(this.#failures, () => this.#environment.random());
    this.#failures += 1;
    const retryAt = this.#environment.now() + wait;
    this.#state.set({ status: "waiting", since: this.#lostAt, retryAt });
    this.#wait(wait, () => void this.#connect());
  }

  #end(): void {
    this.#drop();
    this.#state.set({ status: "ended" });
    this.#ports.onEnded();
  }

  /** Lets go of the socket, without waiting for the other side. */
  #drop(): void {
    this.#attempt += 1;
    this.#pinging = false;
    this.#toldIdle = false;
    this.#timer?.();
    this.#timer = null;
    const socket = this.#socket;
    if (socket === null) return;
    this.#socket = null;
    socket.close();
    this.#ports.onDown();
  }

  #wait(milliseconds: number, task: () => void): void {
    this.#timer?.();
    this.#timer = this.#environment.after(milliseconds, task);
  }
}
