/**
 * The signed-in user's live state: rooms with their conversations, people, and the connection that keeps them true.
 *
 * Knows neither React nor the browser; readers subscribe to the stores.
 */
import type { Ack, Bootstrap, Error as Refusal, LogEvent, Me, Push, Resumed, Room } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import { Arrivals } from "./arrivals";
import { Connection } from "./connection";
import { Conversation } from "./conversation";
import { Directory } from "./directory";
import type { Environment } from "./environment";
import { createLimiter } from "./limiter";
import { PresenceWatch } from "./presence-watch";
import type { RealtimeRequests } from "./requests";
import { TypingSigns } from "./typing-signs";
import { ulid } from "./ulid";

/** Rooms that are caught up over REST at the same time. */
const CATCH_UPS = 4;

export interface RealtimePorts {
  readonly environment: Environment;
  readonly requests: RealtimeRequests;
  readonly onEnded: () => void;
}

type Conversations = ReadonlyMap<string, Conversation>;

export class Realtime {
  readonly me: Me;
  readonly directory: Directory;
  readonly presence: PresenceWatch;
  readonly typing: TypingSigns;
  readonly arrivals = new Arrivals();
  readonly connection: Connection;
  readonly #environment: Environment;
  readonly #requests: RealtimeRequests;
  readonly #rooms = createStore<ReadonlyMap<string, Room>>(new Map());
  readonly #conversations = createStore<Conversations>(new Map());
  /** Counts changes of membership by room: who shows the members loads them again. */
  readonly #memberships = createStore<ReadonlyMap<string, number>>(new Map());
  readonly #limit = createLimiter(CATCH_UPS);
  readonly #roomsOnTheirWay = new Set<string>();
  /** Milliseconds the server's clock is ahead of this device's. */
  #clockOffset = 0;

  constructor(bootstrap: Bootstrap, { environment, requests, onEnded }: RealtimePorts) {
    this.me = bootstrap.me;
    this.#environment = environment;
    this.#requests = requests;
    this.connection = new Connection(environment, {
      ticket: () => requests.ticket(),
      newId: () => this.newId(),
      cursors: () => [...this.#conversations.get()].map(([room, { log }]) => [room, log.get().cursor] as const),
      onPush: (push) => this.#receive(push),
      onLive: () => this.#onLive(),
      onDown: () => this.#eachOutbox((outbox) => outbox.interrupted()),
      onTooBig: () => this.#eachOutbox((outbox) => outbox.refuseFlight("This message is too long to be sent.")),
      onEnded,
    });
    const ports = {
      newId: () => this.newId(),
      send: (command: Parameters<Connection["send"]>[0]) => this.connection.send(command),
    };
    this.directory = new Directory(environment, requests);
    this.presence = new PresenceWatch(ports);
    this.typing = new TypingSigns(environment, ports);
    this.directory.learn([{ id: bootstrap.me.id, name: bootstrap.me.name }, ...bootstrap.users]);
    for (const room of bootstrap.rooms) this.addRoom(room);
  }

  /** The caller's rooms and direct messages by id. */
  get rooms(): ReadableStore<ReadonlyMap<string, Room>> {
    return this.#rooms;
  }

  get conversations(): ReadableStore<Conversations> {
    return this.#conversations;
  }

  get memberships(): ReadableStore<ReadonlyMap<string, number>> {
    return this.#memberships;
  }

  /** A new id, of the server's time: ids far from it are refused. */
  newId(): string {
    return ulid(this.#serverMilliseconds(), () => this.#environment.random());
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
    this.typing.dispose();
    for (const conversation of this.#conversations.get().values()) conversation.dispose();
  }

  /** Takes in a room the caller is a member of: created, joined, opened, or heard of. */
  addRoom(room: Room): void {
    this.#rooms.update((rooms) => new Map(rooms).set(room.id, room));
    if (room.peer !== null) this.directory.need([room.peer]);
    if (this.#conversations.get().has(room.id)) return;
    const conversation = this.#conversationOf(room);
    this.#conversations.update((conversations) => new Map(conversations).set(room.id, conversation));
    this.arrivals.begin(room.id, room.n);
    // Pushes between the server's answer and now found no room here.
    if (this.connection.state.get().status === "live") conversation.probe();
  }

  /** The caller is no member any more. */
  removeRoom(room: string): void {
    this.#conversations.get().get(room)?.dispose();
    this.#conversations.update((conversations) => without(conversations, room));
    this.#rooms.update((rooms) => without(rooms, room));
    this.arrivals.end(room);
  }

  /** Says something in the room: shown at once, sent as soon as possible. */
  say(room: string, text: string): void {
    this.typing.sent(room);
    this.#conversations.get().get(room)?.outbox.add(text);
  }

  /** The room's messages are on screen from now on; null when none is. */
  show(room: string | null): void {
    const conversation = room === null ? undefined : this.#conversations.get().get(room);
    this.arrivals.show(room, conversation?.log.get().n ?? 0);
  }

  #conversationOf(room: Room): Conversation {
    return new Conversation(room.id, room.seq, room.n, this.#environment, {
      me: this.me.id,
      requests: this.#requests,
      limit: this.#limit,
      newId: () => this.newId(),
      serverTime: () => this.#serverMilliseconds() * 1_000,
      send: (command) => this.connection.send(command),
      onSilence: () => this.connection.doubt(),
      onApplied: (id, events) => this.#applied(id, events),
      onLoaded: (messages) => this.directory.need(messages.map((message) => message.sender)),
      onLost: (id) => this.removeRoom(id),
    });
  }

  #serverMilliseconds(): number {
    return this.#environment.now() + this.#clockOffset;
  }

  #receive(push: Push): void {
    switch (push.type) {
      case "message.created":
      case "member.joined":
      case "member.left":
        this.#receiveEvents(push.room, [push]);
        break;
      case "delta":
        this.#receiveEvents(push.room, push.events);
        break;
      case "ack":
        this.#acked(push);
        break;
      case "error":
        this.#refused(push);
        break;
      case "limited":
        this.#reaches(push.room, push.to);
        break;
      case "reset":
        this.#reset(push.room);
        break;
      case "left":
        this.removeRoom(push.room);
        break;
      case "resumed":
        this.#resumed(push);
        break;
      case "pong":
        this.#reachesAll(push.heads);
        break;
      case "typing":
        if (push.user !== this.me.id) this.typing.receive(push);
        break;
      case "presence":
        this.presence.receive(push);
        break;
      case "session.ended":
        break;
    }
  }

  #receiveEvents(room: string, events: readonly LogEvent[]): void {
    const conversation = this.#conversations.get().get(room);
    if (conversation === undefined) void this.#hearOf(room);
    else conversation.receive(events);
  }

  #acked(ack: Ack): void {
    this.#conversations.get().get(ack.room)?.acked(ack);
  }

  /** An answer to a sign (typing, watching) that was refused needs nothing done: signs may be lost. */
  #refused(refusal: Refusal): void {
    for (const { outbox } of this.#conversations.get().values()) if (outbox.refused(refusal)) break;
    if (refusal.code === "not_live" || refusal.code === "unauthenticated") this.connection.restart();
  }

  #reset(room: string): void {
    const conversation = this.#conversations.get().get(room);
    if (conversation === undefined) void this.#hearOf(room);
    else conversation.reload();
  }

  #resumed({ to, time }: Resumed): void {
    this.#clockOffset = time - this.#environment.now();
    this.#reachesAll(to);
  }

  #reachesAll(heads: Resumed["to"]): void {
    for (const [room, seq] of Object.entries(heads)) this.#reaches(room, seq);
  }

  #reaches(room: string, seq: number): void {
    const conversation = this.#conversations.get().get(room);
    if (conversation === undefined) void this.#hearOf(room);
    else conversation.reaches(seq);
  }

  #onLive(): void {
    this.presence.onLive();
    this.#eachOutbox((outbox) => outbox.pump());
  }

  #eachOutbox(act: (outbox: Conversation["outbox"]) => void): void {
    for (const { outbox } of this.#conversations.get().values()) act(outbox);
  }

  #applied(room: string, events: readonly LogEvent[]): void {
    const n = this.#conversations.get().get(room)?.log.get().n;
    if (n === undefined) return;
    let own = 0;
    for (const event of events) {
      if (event.type === "message.created") {
        if (event.sender === this.me.id) own += 1;
        this.typing.stopped(room, event.sender);
      }
    }
    this.directory.need(events.flatMap((event) => ("user" in event ? [event.sender, event.user] : [event.sender])));
    this.arrivals.reached(room, n, own);
    if (events.some((event) => event.type !== "message.created")) {
      this.#memberships.update((counts) => new Map(counts).set(room, (counts.get(room) ?? 0) + 1));
    }
  }

  /** Something happened in a room that is not among the known ones: membership was gained elsewhere. */
  async #hearOf(room: string): Promise<void> {
    if (this.#roomsOnTheirWay.has(room)) return;
    this.#roomsOnTheirWay.add(room);
    try {
      this.addRoom(await this.#requests.room(room));
    } catch {
      // A room that was just left, or no answer: the next event or heartbeat tells of it again.
    } finally {
      this.#roomsOnTheirWay.delete(room);
    }
  }
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
