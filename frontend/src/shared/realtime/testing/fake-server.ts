import { ApiError } from "@/shared/api/api-error";
import type { LogEvent, Message, Push, Room } from "@/shared/contract/types";
import type { RealtimeRequests } from "@/shared/realtime/requests";

import type { FakeEnvironment, FakeSocket } from "./fake-environment";
import { ADA, id, ME, messagesOf, ROOM, room, said } from "./fixtures";

const DELTA_EVENTS = 5;
const PAGE = 4;

type Frame = Record<string, unknown>;

/** Parley's side of the protocol for one room and one user, with faults on demand. */
export class FakeServer {
  readonly log: LogEvent[] = [];
  /** What is lost next: the pushes of events, or the acks. */
  losePushes = 0;
  loseAcks = 0;
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
    environment.onOpen = (socket) => this.#opened(socket);
  }

  get seq(): number {
    return this.log.length;
  }

  get n(): number {
    return this.log[this.log.length - 1]?.n ?? 0;
  }

  get messages(): Message[] {
    return messagesOf(this.log);
  }

  get room(): Room {
    return room({ seq: this.seq, n: this.n });
  }

  /** Somebody else says something. */
  othersSay(text: string): void {
    this.#push(this.#append(ADA, id(this.#ids++), text));
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
    users: (ids) => this.#answer(() => ids.map((user) => ({ id: user, name: `User ${user}` }))),
    events: (_room, after) =>
      this.#answer(() => ({
        events: after + 1 < this.keptFrom ? [] : this.log.slice(after, after + PAGE),
        seq: this.seq,
        reset: after + 1 < this.keptFrom,
      })),
    messages: (_room, before = Number.POSITIVE_INFINITY) =>
      this.#answer(() => ({
        messages: this.messages.filter((message) => message.n < before).slice(-PAGE),
        as_of: this.seq,
        n: this.n,
      })),
  };

  #answer<T>(make: () => T): Promise<T> {
    this.requests += 1;
    if (!this.reachable) return Promise.reject(new ApiError("offline", "Away."));
    return Promise.resolve().then(make);
  }

  #opened(socket: FakeSocket): void {
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
    const messageId = String(frame.id);
    const before = this.log.find((event) => event.id === messageId && event.sender === ME);
    if (before === undefined && this.mood !== "well") {
      const busy = this.mood === "busy";
      const code = busy ? "unavailable" : "bad_request";
      socket.push({ type: "error", id: messageId, code, message: "No.", retry: busy });
      return;
    }
    const event = before ?? this.#append(ME, messageId, String(frame.text));
    if (this.loseAcks > 0) {
      this.loseAcks -= 1;
      return;
    }
    const { seq, n, ts } = event;
    socket.push({ type: "ack", id: messageId, room: ROOM, seq, n, ts });
  }

  #append(sender: string, eventId: string, text: string): LogEvent {
    const event = said(this.seq + 1, this.n + 1, { sender, id: eventId, text });
    this.log.push(event);
    return event;
  }

  #push(event: LogEvent): void {
    if (this.losePushes > 0) this.losePushes -= 1;
    else this.#live?.push(event);
  }
}
