import { ApiError } from "@/shared/api/api-error";
import type { Bootstrap, Done, LogEvent, Message, Push, Room } from "@/shared/contract/types";
import type { Amendment } from "@/shared/realtime/amendments";
import { mentionsIn } from "@/shared/realtime/message";
import { supersedes, type ReadMarker } from "@/shared/realtime/read-marker";
import type { RealtimeRequests } from "@/shared/realtime/requests";

import type { FakeEnvironment, FakeSocket } from "./fake-environment";
import { ADA, bootstrap, followed, historyOf, id, ME, ROOM, room, type Saying } from "./fixtures";

const DELTA_EVENTS = 5;
const PAGE = 4;
/** Longer than a client waits before it fetches what seems to be missing. */
const LATE_MS = 400;

type Frame = Record<string, unknown>;

/** Parley's side of the protocol for one room and one user, with faults on demand. */
export class FakeServer {
  readonly log: LogEvent[] = [];
  /** What is lost next: the pushes of events, or the acks. */
  losePushes = 0;
  /** Pushes of events that come late, after others, or twice: once at once and once late. */
  latePushes = 0;
  doublePushes = 0;
  loseAcks = 0;
  /** Messages whose function dies before it does anything. */
  dieOf = 0;
  /** Changes that happen, but whose answers do not arrive. */
  loseAnswers = 0;
  /** The caller's read marker. */
  marker: ReadMarker = { n: 0, version: 0 };
  /** What the first screen has beside the room. */
  screen: Partial<Bootstrap> = {};
  /** What the next change is refused with. */
  refusal: ApiError | null = null;
  name = "general";
  /** The answer to the next resume says where the room stands, but its events do not come. */
  loseDelta = false;
  /** Whether messages are taken, put off, or refused for good. */
  mood: "well" | "busy" | "strict" = "well";
  reachable = true;
  requests = 0;
  /** Events before this seq are not kept any more. */
  keptFrom = 1;
  readonly #environment: FakeEnvironment;
  #live: FakeSocket | null = null;
  #ids = 50_000;

  constructor(environment: FakeEnvironment) {
    this.#environment = environment;
    environment.onOpen = (socket) => this.opened(socket);
  }

  get seq(): number {
    return this.log.length;
  }

  get n(): number {
    return this.log[this.log.length - 1]?.n ?? 0;
  }

  get messages(): Message[] {
    return historyOf(this.log);
  }

  get room(): Room {
    return room({
      ...{ seq: this.seq, n: this.n, name: this.name },
      ...{ read_n: this.marker.n, read_version: this.marker.version, mentions: this.mentions },
    });
  }

  /** Somebody else says something. */
  othersSay(text: string, replyTo: number | null = null): void {
    this.othersDo({ type: "message.created", sender: ADA, text, reply_to: replyTo, mentions: mentionsIn(text) });
  }

  /** Somebody else does something. */
  othersDo(saying: Saying): void {
    this.#push(this.#append(saying, id(this.#ids++)));
  }

  /** How many unread messages mention the caller. */
  get mentions(): number {
    return this.messages.filter(({ n, mentions }) => n > this.marker.n && mentions.includes(ME)).length;
  }

  /** The caller moves the marker on another device, or on this one. */
  mark(next: ReadMarker): void {
    const clamped = { n: Math.min(next.n, this.n), version: next.version };
    if (supersedes(clamped, this.marker)) this.marker = clamped;
    this.#live?.push({ type: "read.updated", room: ROOM, ...this.marker });
  }

  /** The line is cut; the other side may not learn of it. */
  cut(noticed = true): void {
    const socket = this.#live;
    this.#live = null;
    if (noticed) socket?.hangUp();
  }

  push(frame: Push): void {
    this.#live?.push(frame);
  }

  readonly rest: RealtimeRequests = {
    ticket: () => this.#answer(() => "ticket"),
    room: () => this.#answer(() => this.room),
    bootstrap: () => this.#answer(() => ({ ...bootstrap([this.room]), ...this.screen })),
    users: (ids) => this.#answer(() => ids.map((user) => ({ id: user, name: `User ${user}` }))),
    events: (_room, after) =>
      this.#answer(() => ({
        events: after + 1 < this.keptFrom ? [] : this.log.slice(after, after + PAGE),
        seq: this.seq,
        reset: after + 1 < this.keptFrom,
      })),
    amend: (_room, amendment) => this.#amend(amendment),
    messages: (_room, before = Number.POSITIVE_INFINITY, limit = PAGE) =>
      this.#answer(() => ({
        messages: this.messages.filter((message) => message.n < before).slice(-Math.min(limit, PAGE)),
        as_of: this.seq,
        n: this.n,
      })),
  };

  #answer<T>(make: () => T): Promise<T> {
    this.requests += 1;
    if (!this.reachable) return Promise.reject(new ApiError("offline", "Away."));
    return Promise.resolve().then(make);
  }

  /** Takes up a socket that was opened in this world or another. */
  opened(socket: FakeSocket): void {
    socket.onSent = (frame) => this.#receive(socket, frame);
    void Promise.resolve().then(() => {
      if (this.reachable) socket.accept();
      else socket.hangUp();
    });
  }

  #receive(socket: FakeSocket, frame: Frame): void {
    if (!this.reachable) return;
    switch (frame.action) {
      case "resume":
        this.#resume(socket, frame);
        break;
      case "message.send":
        if (socket === this.#live) this.#say(socket, frame);
        break;
      case "read.mark":
        if (socket === this.#live) this.mark({ n: Number(frame.n), version: Number(frame.version) });
        break;
      case "ping":
        if (socket === this.#live) {
          socket.push({ type: "pong", id: frame.id, since: this.#environment.now(), heads: { [ROOM]: this.seq } });
        }
        break;
    }
  }

  #resume(socket: FakeSocket, frame: Frame): void {
    this.#live = socket;
    const from = (frame.rooms as Record<string, number>)[ROOM] ?? 0;
    const to = this.seq;
    if (from + 1 < this.keptFrom || from > to) socket.push({ type: "reset", room: ROOM, seq: to });
    else if (to - from > DELTA_EVENTS) socket.push({ type: "limited", room: ROOM, from, to });
    else if (!this.loseDelta) socket.push({ type: "delta", room: ROOM, from, to, events: this.log.slice(from) });
    this.loseDelta = false;
    socket.push({ type: "resumed", id: frame.id, to: { [ROOM]: to }, time: this.#environment.now() });
  }

  #say(socket: FakeSocket, frame: Frame): void {
    if (this.dieOf > 0) {
      this.dieOf -= 1;
      socket.push({ message: "Internal server error", connectionId: "c", requestId: "r" });
      return;
    }
    const messageId = String(frame.id);
    const before = this.log.find((event) => event.id === messageId && event.sender === ME);
    if (before === undefined && this.mood !== "well") {
      const busy = this.mood === "busy";
      const code = busy ? "unavailable" : "bad_request";
      socket.push({ type: "error", id: messageId, code, message: "No.", retry: busy });
      return;
    }
    const event = before ?? this.#append(this.#saying(frame), messageId);
    if (this.loseAcks > 0) {
      this.loseAcks -= 1;
      return;
    }
    const { seq, n, ts } = event;
    socket.push({ type: "ack", id: messageId, room: ROOM, seq, n, ts });
  }

  #saying({ text, reply_to: replyTo }: Frame): Saying {
    return {
      ...{ type: "message.created", sender: ME, text: String(text), mentions: mentionsIn(String(text)) },
      reply_to: typeof replyTo === "number" ? replyTo : null,
    };
  }

  async #amend({ id: eventId, change }: Amendment): Promise<Done> {
    await this.#answer(() => null);
    const { refusal } = this;
    this.refusal = null;
    if (refusal !== null) throw refusal;
    if (this.mood === "busy") throw new ApiError("unavailable", "Busy.");
    const before = this.log.find((event) => event.id === eventId);
    if (before === undefined && this.messages.find(({ n }) => n === change.target)?.deleted_at !== null) {
      throw new ApiError("not_found", "The message has been deleted.");
    }
    const event = before ?? this.#append(change, eventId);
    this.#push(event);
    if (this.loseAnswers > 0) {
      this.loseAnswers -= 1;
      throw new ApiError("offline", "Away.");
    }
    return { seq: event.seq };
  }

  #append(saying: Saying, eventId: string): LogEvent {
    const event = followed(this.log, saying, eventId);
    this.log.push(event);
    if (event.type === "room.updated") this.name = event.name;
    return event;
  }

  #push(event: LogEvent): void {
    const socket = this.#live;
    const late = () => void this.#environment.after(LATE_MS, () => socket?.push(event));
    if (this.losePushes > 0) {
      this.losePushes -= 1;
    } else if (this.latePushes > 0) {
      this.latePushes -= 1;
      late();
    } else {
      socket?.push(event);
      if (this.doublePushes > 0) {
        this.doublePushes -= 1;
        late();
      }
    }
  }
}
