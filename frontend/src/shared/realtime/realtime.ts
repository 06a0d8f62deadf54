/**
 * The signed-in user's live state: rooms with their conversations, people, and the connection that keeps them true.
 *
 * Knows neither React nor the browser; readers subscribe to the stores.
 */
import type {
  Ack,
  Bootstrap,
  Error as Refusal,
  Left,
  LogEvent,
  Me,
  Message,
  Push,
  Resumed,
  Room,
  RoomUpdated,
} from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import { Connection } from "./connection";
import { Conversation } from "./conversation";
import { Directory } from "./directory";
import type { Environment } from "./environment";
import { createLimiter } from "./limiter";
import { hasReacted, mentionsIn, namedBy, namedIn, type Alteration } from "./message";
import { PresenceWatch } from "./presence-watch";
import { ReadStates } from "./read-states";
import type { RealtimeRequests } from "./requests";
import { RoomRefresh } from "./room-refresh";
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
  readonly reads: ReadStates;
  readonly connection: Connection;
  readonly #environment: Environment;
  readonly #requests: RealtimeRequests;
  readonly #rooms = createStore<ReadonlyMap<string, Room>>(new Map());
  readonly #conversations = createStore<Conversations>(new Map());
  /** Counts changes of membership by room: who shows the members loads them again. */
  readonly #memberships = createStore<ReadonlyMap<string, number>>(new Map());
  readonly #limit = createLimiter(CATCH_UPS);
  readonly #roomsOnTheirWay = new Set<string>();
  readonly #refresh: RoomRefresh;
  /** Milliseconds the server's clock is ahead of this device's. */
  #clockOffset = 0;

  constructor(bootstrap: Bootstrap, { environment, requests, onEnded }: RealtimePorts) {
    this.me = bootstrap.me;
    this.#environment = environment;
    this.#requests = requests;
    this.connection = new Connection(environment, {
      ticket: () => requests.ticket(),
      newId: () => this.newId(),
      cursors: () => [...this.#conversations.get()].map(([room, it]) => [room, it.resumeFrom()] as const),
      onPush: (push) => this.#receive(push),
      onLive: () => this.#onLive(),
      onDown: () => this.#eachOutbox((outbox) => outbox.interrupted()),
      onFailed: () => this.#eachOutbox((outbox) => outbox.failed()),
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
    this.reads = new ReadStates(environment, {
      ...ports,
      me: this.me.id,
      log: (room) => this.#conversations.get().get(room)?.log.get(),
      ask: (room) => this.#limit(() => requests.room(room)),
    });
    this.#refresh = new RoomRefresh(environment, {
      ask: () => requests.rooms(),
      // One that was left meanwhile is not brought back, and of one joined meanwhile its events tell.
      onRoom: (room) => {
        if (this.#rooms.get().has(room.id)) this.addRoom(room);
      },
    });
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
    this.#refresh.dispose();
    this.typing.dispose();
    this.reads.dispose();
    for (const conversation of this.#conversations.get().values()) conversation.dispose();
  }

  /** Takes in a room the caller is a member of, as the server has it now: created, changed, joined, or heard of. */
  addRoom(room: Room): void {
    this.#rooms.update((rooms) => new Map(rooms).set(room.id, room));
    if (room.peer !== null) this.directory.need([room.peer]);
    const known = this.#conversations.get().get(room.id);
    if (known !== undefined) {
      this.reads.learn(room);
      known.joined(room.seq);
      known.reaches(room.seq);
      return;
    }
    const conversation = this.#conversationOf(room);
    this.#conversations.update((conversations) => new Map(conversations).set(room.id, conversation));
    this.reads.learn(room);
    // Pushes between the server's answer and now found no room here.
    if (this.connection.state.get().status === "live") conversation.probe();
  }

  /** The caller is no member any more. */
  removeRoom(room: string): void {
    this.#conversations.get().get(room)?.dispose();
    this.#conversations.update((conversations) => without(conversations, room));
    this.#rooms.update((rooms) => without(rooms, room));
    this.reads.end(room);
  }

  /** Says something in the room: shown at once, sent as soon as possible. */
  say(room: string, text: string, replyTo: number | null = null): void {
    this.typing.sent(room);
    this.#conversations.get().get(room)?.outbox.add(text, replyTo);
  }

  /** Gives the user's own message n another text, at once here and soon for everybody. */
  edit(room: string, n: number, text: string): void {
    this.#amend(room, { type: "message.edited", target: n, text, mentions: mentionsIn(text), ...this.#signed() });
  }

  /** Deletes message n, at once here and soon for everybody. */
  remove(room: string, n: number): void {
    this.#amend(room, { type: "message.deleted", target: n, ...this.#signed() });
  }

  /** Adds the user's reaction to the message, as it is shown, or takes it back. */
  react(message: Message, emoji: string): void {
    const type = hasReacted(message, emoji, this.me.id) ? "reaction.removed" : "reaction.added";
    this.#amend(message.room, { type, target: message.n, emoji, ...this.#signed() });
  }

  /** Whether something the user said or changed is nowhere but here. */
  get unsaved(): boolean {
    return [...this.#conversations.get().values()].some(
      ({ outbox, amendments }) =>
        outbox.pending.get().some(({ ack }) => ack === null) || amendments.pending.get().some(({ seq }) => seq === null),
    );
  }

  #signed(): { readonly sender: string; readonly ts: number } {
    return { sender: this.me.id, ts: this.#serverMilliseconds() * 1_000 };
  }

  #amend(room: string, change: Alteration): void {
    this.#conversations.get().get(room)?.amendments.add(change);
  }

  #conversationOf(room: Room): Conversation {
    return new Conversation(room, this.#environment, {
      me: this.me.id,
      requests: this.#requests,
      limit: this.#limit,
      newId: () => this.newId(),
      serverTime: () => this.#serverMilliseconds() * 1_000,
      send: (command) => this.connection.send(command),
      onSilence: () => this.connection.doubt(),
      onApplied: (id, events, here) => this.#applied(id, events, here),
      onRestarted: (id) => {
        this.reads.restarted(id);
        void this.#hearOf(id);
      },
      onLoaded: (messages) => this.directory.need(messages.flatMap(namedIn)),
      onLost: (id) => this.removeRoom(id),
    });
  }

  #serverMilliseconds(): number {
    return this.#environment.now() + this.#clockOffset;
  }

  #receive(push: Push): void {
    switch (push.type) {
      case "message.created":
      case "message.edited":
      case "message.deleted":
      case "reaction.added":
      case "reaction.removed":
      case "member.joined":
      case "member.left":
      case "room.updated":
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
        this.#left(push);
        break;
      case "read.updated":
        this.reads.receive(push);
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
      case "profile.updated":
        this.directory.learn([push.user]);
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

  #left({ room, seq }: Left): void {
    if (this.#conversations.get().get(room)?.joinedAfter(seq) !== true) this.removeRoom(room);
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
    this.reads.onLive();
    for (const { outbox, amendments } of this.#conversations.get().values()) {
      outbox.pump();
      amendments.wake();
    }
    this.#refresh.onLive();
  }

  #eachOutbox(act: (outbox: Conversation["outbox"]) => void): void {
    for (const { outbox } of this.#conversations.get().values()) act(outbox);
  }

  #applied(room: string, events: readonly LogEvent[], here: ReadonlySet<string>): void {
    for (const event of events) {
      if (event.type === "message.created") this.typing.stopped(room, event.sender);
      if (event.type === "room.updated") this.#renamed(event);
    }
    this.directory.need(events.flatMap(namedBy));
    this.reads.applied(room, events, here);
    if (events.some(changesMembers)) {
      this.#memberships.update((counts) => new Map(counts).set(room, (counts.get(room) ?? 0) + 1));
    }
  }

  #renamed({ room: id, name, topic, archived = false, user }: RoomUpdated): void {
    this.#rooms.update((rooms) => {
      const room = rooms.get(id);
      return room === undefined ? rooms : new Map(rooms).set(id, { ...room, name, topic, archived });
    });
    // The log says that the role has changed, the room which it is.
    if (user === this.me.id) void this.#hearOf(id);
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

function changesMembers(event: LogEvent): boolean {
  if (event.type === "room.updated") return typeof event.user === "string";
  return event.type === "member.joined" || event.type === "member.left";
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
