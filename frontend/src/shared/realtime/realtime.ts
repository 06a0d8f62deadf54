/**
 * The signed-in user's live state: rooms with their conversations, people, and the connection that keeps them true.
 *
 * Knows neither React nor the browser; readers subscribe to the stores.
 */
import type {
  Ack,
  Blocks,
  Bootstrap,
  Error as Refusal,
  Left,
  LogEvent,
  Me,
  Message,
  MessageCreated,
  Push,
  Resumed,
  Room,
  RoomUpdated,
} from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";
import { currentTexts } from "@/shared/texts/language";

import { Connection } from "./connection";
import { Conversation, type ConversationPorts } from "./conversation";
import { Directory } from "./directory";
import type { Cancel, Environment } from "./environment";
import { createLimiter } from "./limiter";
import { hasReacted, mentionsIn, namedBy, namedIn, type Alteration } from "./message";
import type { UnsentMessage } from "./outbox";
import { Latest } from "./latest";
import { NOTHING_CHOSEN } from "./notification-settings";
import { PresenceWatch } from "./presence-watch";
import { ReadStates } from "./read-states";
import type { RealtimeRequests } from "./requests";
import { ScreenRefresh } from "./screen-refresh";
import { TypingSigns } from "./typing-signs";
import { ulid } from "./ulid";

/** What was said longer ago is no news. */
const NEWS_MS = 60_000;
const NOBODY_BLOCKED: Blocks = { version: 0, users: [] };
/** Rooms that are caught up over REST at the same time. */
const CATCH_UPS = 4;

export interface RealtimePorts {
  readonly environment: Environment;
  readonly requests: RealtimeRequests;
  readonly onEnded: () => void;
}

/** What there is to show before a message is loaded: the server's bootstrap has it, and so has what was kept. */
export type FirstScreen = Pick<Bootstrap, "me" | "rooms" | "users"> &
  Partial<Pick<Bootstrap, "blocks" | "notifications" | "workspace_role">>;

/** What the user is in the workspace. */
export type WorkspaceRole = Bootstrap["workspace_role"];

/** The newest messages of rooms, as of their seq in the first screen that they are given with. */
export type Remembered = ReadonlyMap<string, readonly Message[]>;

type Conversations = ReadonlyMap<string, Conversation>;

export class Realtime {
  readonly me: Me;
  readonly directory: Directory;
  readonly presence: PresenceWatch;
  readonly typing: TypingSigns;
  readonly reads: ReadStates;
  readonly notifications = new Latest(NOTHING_CHOSEN);
  readonly blocks = new Latest(NOBODY_BLOCKED);
  readonly connection: Connection;
  readonly #environment: Environment;
  readonly #requests: RealtimeRequests;
  readonly #rooms = createStore<ReadonlyMap<string, Room>>(new Map());
  readonly #conversations = createStore<Conversations>(new Map());
  readonly #workspaceRole = createStore<WorkspaceRole | null>(null);
  /** Counts changes of membership by room: who shows the members loads them again. */
  readonly #memberships = createStore<ReadonlyMap<string, number>>(new Map());
  readonly #limit = createLimiter(CATCH_UPS);
  readonly #newsListeners = new Set<(message: MessageCreated) => void>();
  readonly #roomsOnTheirWay = new Set<string>();
  readonly #refresh: ScreenRefresh;
  /** Rooms that were remembered and that the server has not confirmed yet. */
  #unconfirmed: ReadonlySet<string> = new Set();
  /** Milliseconds the server's clock is ahead of this device's. */
  #clockOffset = 0;

  /** With `remembered`, the first screen is one of earlier: it is shown, and `renew` is told the one of now. */
  constructor(bootstrap: FirstScreen, { environment, requests, onEnded }: RealtimePorts, remembered: Remembered | null = null) {
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
      onTooBig: () => this.#eachOutbox((outbox) => outbox.refuseFlight(currentTexts().messages.tooLong)),
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
    this.#refresh = new ScreenRefresh(environment, {
      ask: () => requests.bootstrap(),
      onScreen: (screen) => {
        this.#learn(screen);
        // One that was left meanwhile is not brought back, and of one joined meanwhile its events tell.
        for (const room of screen.rooms) if (this.#rooms.get().has(room.id)) this.addRoom(room);
      },
    });
    this.#learn(bootstrap);
    for (const room of bootstrap.rooms) this.#begin(room, remembered?.get(room.id));
    if (remembered === null) return;
    this.#refresh.doubt();
    this.#unconfirmed = new Set(bootstrap.rooms.map(({ id }) => id));
    for (const messages of remembered.values()) this.directory.need(messages.flatMap(namedIn));
  }

  /** The caller's rooms and direct messages by id. */
  get rooms(): ReadableStore<ReadonlyMap<string, Room>> {
    return this.#rooms;
  }

  get conversations(): ReadableStore<Conversations> {
    return this.#conversations;
  }

  /** Null until the server has told it: it is not remembered. */
  get workspaceRole(): ReadableStore<WorkspaceRole | null> {
    return this.#workspaceRole;
  }

  get memberships(): ReadableStore<ReadonlyMap<string, number>> {
    return this.#memberships;
  }

  /** Calls `listener` with each message that somebody else said just now, once it is in its room's log. */
  onNews(listener: (message: MessageCreated) => void): Cancel {
    this.#newsListeners.add(listener);
    return () => this.#newsListeners.delete(listener);
  }

  /** Whether the user wants nothing of somebody. */
  hasBlocked(user: string): boolean {
    return this.blocks.current.get().users.includes(user);
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
    const known = this.#conversations.get().get(room.id);
    if (known !== undefined) {
      this.#rooms.update((rooms) => new Map(rooms).set(room.id, room));
      this.reads.learn(room);
      known.joined(room.seq);
      known.reaches(room.seq);
      return;
    }
    const conversation = this.#begin(room);
    // Pushes between the server's answer and now found no room here.
    if (this.connection.state.get().status === "live") conversation.probe();
  }

  /** Takes in the first screen as it is now, before the connection is started. */
  renew(screen: FirstScreen): void {
    this.#learn(screen);
    const { rooms } = screen;
    const present = new Set(rooms.map(({ id }) => id));
    for (const id of this.#unconfirmed) if (!present.has(id)) this.removeRoom(id);
    this.#unconfirmed = new Set();
    for (const room of rooms) {
      const known = this.#conversations.get().get(room.id);
      if (known === undefined) {
        this.#begin(room);
        continue;
      }
      // What is missing comes with the answer to the first resume.
      this.#rooms.update((all) => new Map(all).set(room.id, room));
      known.renew(room);
      known.joined(room.seq);
      this.reads.learn(room);
    }
    this.#refresh.renewed();
  }

  /** Takes in what a first screen has beside the rooms. */
  #learn({ me, workspace_role, users, notifications, blocks }: FirstScreen): void {
    this.notifications.learn(notifications);
    this.blocks.learn(blocks);
    if (workspace_role !== undefined) this.#workspaceRole.set(workspace_role);
    this.directory.learn([{ id: me.id, name: me.name }, ...users]);
  }

  /** Takes up what was said on this device before the page was loaded anew; what has no room any more is left out. */
  restore(messages: readonly UnsentMessage[]): void {
    for (const [room, conversation] of this.#conversations.get()) {
      conversation.restore(messages.filter((message) => message.room === room));
    }
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

  /** Whether something the user said or changed is nowhere but here; `isKept` tells of messages that outlive the page. */
  unsaved(isKept: (id: string) => boolean = () => false): boolean {
    return [...this.#conversations.get().values()].some(
      ({ outbox, amendments }) =>
        outbox.pending.get().some(({ id, ack }) => ack === null && !isKept(id)) || amendments.pending.get().some(({ seq }) => seq === null),
    );
  }

  #signed(): { readonly sender: string; readonly ts: number } {
    return { sender: this.me.id, ts: this.#serverMilliseconds() * 1_000 };
  }

  #amend(room: string, change: Alteration): void {
    this.#conversations.get().get(room)?.amendments.add(change);
  }

  #begin(room: Room, remembered?: readonly Message[]): Conversation {
    this.#rooms.update((rooms) => new Map(rooms).set(room.id, room));
    if (room.peer !== null) this.directory.need([room.peer]);
    const conversation = this.#conversationOf(room, remembered);
    this.#conversations.update((conversations) => new Map(conversations).set(room.id, conversation));
    this.reads.learn(room);
    return conversation;
  }

  #conversationOf(room: Room, remembered?: readonly Message[]): Conversation {
    const ports: ConversationPorts = {
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
    };
    return new Conversation(room, this.#environment, ports, remembered);
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
        if (push.user !== this.me.id && !this.hasBlocked(push.user)) this.typing.receive(push);
        break;
      case "presence":
        this.presence.receive(push);
        break;
      case "profile.updated":
        this.directory.learn([push.user]);
        break;
      case "notifications.updated":
        this.notifications.learn(push.settings);
        break;
      case "blocks.updated":
        this.blocks.learn(push.blocks);
        break;
      case "workspace_role.updated":
        this.#workspaceRole.set(push.role);
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
    this.#tellNews(events);
    if (events.some(changesMembers)) {
      this.#memberships.update((counts) => new Map(counts).set(room, (counts.get(room) ?? 0) + 1));
    }
  }

  #tellNews(events: readonly LogEvent[]): void {
    const since = (this.#serverMilliseconds() - NEWS_MS) * 1_000;
    for (const event of events) {
      if (event.type !== "message.created" || event.sender === this.me.id || event.ts < since) continue;
      for (const listener of [...this.#newsListeners]) listener(event);
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
