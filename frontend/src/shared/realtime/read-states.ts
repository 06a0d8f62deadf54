/**
 * What is read and unread in each room, on all of the user's devices: the marker, the counts, the divider.
 *
 * A marker moves when the newest message is really on screen, and is told to the server at most once a second. It is a
 * number with a version, and so are the counts made from it: nothing is counted up or down, so nothing can drift.
 */
import type { LogEvent, MarkRead, ReadUpdated, Room } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import type { Cancel, Environment } from "./environment";
import { isChange } from "./message";
import { supersedes, unreadMentions, type MentionCount, type ReadMarker } from "./read-marker";
import type { RoomLog } from "./room-log";

const TELL_MS = 1_000;
/** A marker that was told and not answered is told again. */
const UNANSWERED_MS = 10_000;
/** Then the count stays as it is until something happens again. */
const ATTEMPTS = 3;

export interface Unread {
  readonly messages: number;
  readonly mentions: number;
}

type UnreadByRoom = ReadonlyMap<string, Unread>;

export interface ReadStatesPorts {
  readonly me: string;
  readonly log: (room: string) => RoomLog | undefined;
  /** Sends the frame; false when there is no live connection. */
  readonly send: (command: MarkRead) => boolean;
  readonly newId: () => string;
  /** The room as the server has it now. */
  readonly ask: (room: string) => Promise<Room>;
}

interface ReadState {
  /** As it is shown here. */
  marker: ReadMarker;
  /** As the server last said it is. */
  stored: ReadMarker;
  told: MentionCount;
  /** The mention count is of use only when it is as of this seq at least. */
  doubt: number;
  /** The reader marked something unread: what is on screen does not count as read until the room is entered again. */
  suspended: boolean;
  asking: boolean;
}

interface Telling {
  readonly cancel: Cancel;
  readonly told: ReadMarker;
  readonly at: number;
}

export class ReadStates {
  readonly #environment: Environment;
  readonly #ports: ReadStatesPorts;
  readonly #rooms = new Map<string, ReadState>();
  readonly #unread = createStore<UnreadByRoom>(new Map());
  readonly #dividers = createStore<ReadonlyMap<string, number>>(new Map());
  readonly #tellings = new Map<string, Telling>();
  readonly #waits = new Set<Cancel>();
  #open: string | null = null;
  #visible = false;
  /** The room whose newest message is in sight. */
  #atEnd: string | null = null;

  constructor(environment: Environment, ports: ReadStatesPorts) {
    this.#environment = environment;
    this.#ports = ports;
  }

  /** Rooms with something unread. */
  get unread(): ReadableStore<UnreadByRoom> {
    return this.#unread;
  }

  /** The last message that was read when the room was entered, where that was not the newest. */
  get dividers(): ReadableStore<ReadonlyMap<string, number>> {
    return this.#dividers;
  }

  marker(room: string): ReadMarker {
    return this.#rooms.get(room)?.marker ?? { n: 0, version: 0 };
  }

  /** The marker as the server last said it is. */
  stored(room: string): ReadMarker {
    return this.#rooms.get(room)?.stored ?? { n: 0, version: 0 };
  }

  /**
   * Number of the first message that is unread after some that are not; null where nothing or all is unread, or where
   * only the reader's own are: the marker lags behind what one says.
   */
  firstUnread(room: string): number | null {
    const { n } = this.marker(room);
    if (n === 0 || !this.#unread.get().has(room)) return null;
    const log = this.#ports.log(room);
    if (log === undefined || log.messages.length === 0 || n + 1 < log.low) return n + 1;
    return log.messages.find((message) => message.n > n && message.sender !== this.#ports.me)?.n ?? null;
  }

  /** Takes in what the server says of the room, for the first time or again. */
  learn(room: Room): void {
    const told = { after: room.read_n, upTo: room.n, count: room.mentions };
    const marker = { n: room.read_n, version: room.read_version };
    const state = this.#rooms.get(room.id);
    if (state === undefined) {
      const fresh = { marker, stored: marker, told, doubt: 0, suspended: false, asking: false };
      this.#rooms.set(room.id, fresh);
    } else {
      if (state.doubt <= room.seq) Object.assign(state, { told, doubt: 0 });
      this.#take(room.id, state, marker);
    }
    this.#recount(room.id);
  }

  end(room: string): void {
    this.#rooms.delete(room);
    this.#stopTelling(room);
    this.#publish(room, { messages: 0, mentions: 0 });
    this.#divide(room, null);
  }

  /** The room was loaded afresh. A marker beyond its end is of a time that a restore has undone: the server's counts. */
  restarted(room: string): void {
    const log = this.#ports.log(room);
    if (log !== undefined && this.marker(room).n > log.n) this.end(room);
  }

  /** The user moved the marker, on whichever device. */
  receive({ room, n, version }: ReadUpdated): void {
    const state = this.#rooms.get(room);
    if (state === undefined) return;
    this.#take(room, state, { n, version });
    this.#recount(room);
  }

  /** The room is open from now on, in a tab that can be seen or not; null when none is. */
  show(room: string | null, visible: boolean): void {
    const entered = room !== this.#open;
    const appeared = room !== null && visible && (entered || !this.#visible);
    this.#open = room;
    this.#visible = visible;
    if (!appeared) return;
    const state = this.#rooms.get(room);
    if (state !== undefined && entered) state.suspended = false;
    const first = this.firstUnread(room);
    if (first !== null) this.#divide(room, first - 1);
    else if (entered) this.#divide(room, null);
    this.#advance(room);
  }

  /** The room whose newest message is in sight, as far as scrolling goes; null when none is. */
  reach(room: string | null): void {
    this.#atEnd = room;
    if (room !== null) this.#advance(room);
  }

  /** Messages from n on are unread again, on all devices. */
  markUnread(room: string, n: number): void {
    const state = this.#rooms.get(room);
    if (state === undefined) return;
    state.marker = { n: n - 1, version: state.marker.version + 1 };
    state.suspended = true;
    this.#divide(room, n - 1);
    this.#tell(room);
    this.#recount(room);
  }

  /** These events became visible, in order; `here` are the ids of messages that were said on this device. */
  applied(room: string, events: readonly LogEvent[], here: ReadonlySet<string>): void {
    const state = this.#rooms.get(room);
    if (state === undefined) return;
    for (const event of events) {
      if (event.type === "message.created") this.#said(room, state, event, here.has(event.id));
      else if (isChange(event) && event.target > state.marker.n && event.target <= state.told.upTo) {
        // Whether it was among the mentions the server counted is not known here.
        if (state.told.count > 0 || event.type === "message.edited") state.doubt = event.seq;
      }
    }
    this.#advance(room);
    this.#recount(room);
  }

  /** There is a connection again. */
  onLive(): void {
    for (const room of this.#rooms.keys()) {
      this.#stopTelling(room);
      this.#tell(room);
      this.#recount(room);
    }
  }

  /** Leaves no timer. */
  dispose(): void {
    for (const room of [...this.#rooms.keys()]) this.end(room);
    for (const cancel of this.#waits) cancel();
    this.#waits.clear();
  }

  /** Who says something where nothing was unread leaves nothing unread; the device it was said on tells the server. */
  #said(room: string, state: ReadState, { sender, n }: Extract<LogEvent, { type: "message.created" }>, here: boolean): void {
    if (sender !== this.#ports.me || n !== state.marker.n + 1) return;
    state.marker = { ...state.marker, n };
    if (here) this.#tell(room);
  }

  #take(room: string, state: ReadState, next: ReadMarker): void {
    if (supersedes(next, state.stored)) state.stored = next;
    if (!supersedes(next, state.marker)) return;
    // Marked unread on another device: what is on this screen must not undo it.
    if (next.version > state.marker.version && room === this.#open) state.suspended = true;
    state.marker = next;
    this.#advance(room);
  }

  #advance(room: string): void {
    const state = this.#rooms.get(room);
    const log = this.#ports.log(room);
    if (state === undefined || log === undefined || state.suspended) return;
    if (room !== this.#open || room !== this.#atEnd || !this.#visible) return;
    if (log.n <= state.marker.n || log.messages.length === 0) return;
    state.marker = { ...state.marker, n: log.n };
    this.#tell(room);
    this.#recount(room);
  }

  #recount(room: string): void {
    const state = this.#rooms.get(room);
    const log = this.#ports.log(room);
    if (state === undefined || log === undefined) return;
    const { count, exact } = unreadMentions(log, state.marker.n, state.told, this.#ports.me);
    const covered = log.low <= state.marker.n + 1;
    this.#publish(room, { messages: Math.max(0, log.n - state.marker.n), mentions: count });
    if (!exact || (state.doubt > 0 && !covered)) void this.#ask(room, state);
  }

  #publish(room: string, unread: Unread): void {
    const present = this.#unread.get().get(room);
    if ((present?.messages ?? 0) === unread.messages && (present?.mentions ?? 0) === unread.mentions) return;
    const rooms = new Map(this.#unread.get());
    if (unread.messages > 0) rooms.set(room, unread);
    else rooms.delete(room);
    this.#unread.set(rooms);
  }

  #divide(room: string, n: number | null): void {
    if ((this.#dividers.get().get(room) ?? null) === n) return;
    const dividers = new Map(this.#dividers.get());
    if (n === null) dividers.delete(room);
    else dividers.set(room, n);
    this.#dividers.set(dividers);
  }

  /** Tells the server where the marker is, unless it was told something less than a second ago: then soon. */
  #tell(room: string): void {
    const state = this.#rooms.get(room);
    if (state === undefined || this.#tellings.has(room) || !supersedes(state.marker, state.stored)) return;
    const { n, version } = state.marker;
    if (!this.#ports.send({ action: "read.mark", id: this.#ports.newId(), room, n, version })) return;
    this.#lookAgain(room, state.marker, this.#environment.now());
  }

  #lookAgain(room: string, told: ReadMarker, at: number): void {
    const cancel = this.#environment.after(TELL_MS, () => {
      this.#tellings.delete(room);
      const state = this.#rooms.get(room);
      if (state === undefined || !supersedes(state.marker, state.stored)) return;
      const waiting = state.marker === told && this.#environment.now() - at < UNANSWERED_MS;
      if (waiting) this.#lookAgain(room, told, at);
      else this.#tell(room);
    });
    this.#tellings.set(room, { cancel, told, at });
  }

  #stopTelling(room: string): void {
    this.#tellings.get(room)?.cancel();
    this.#tellings.delete(room);
  }

  /** Only the server can tell how many mentions are unread. */
  async #ask(room: string, state: ReadState): Promise<void> {
    if (state.asking) return;
    state.asking = true;
    for (let attempt = 0; attempt < ATTEMPTS && this.#unsure(room, state); attempt += 1) {
      await this.#pause();
      if (!this.#unsure(room, state)) break;
      try {
        this.learn(await this.#ports.ask(room));
      } catch {
        // No answer, or no member: the next event or connection tells more.
      }
    }
    state.asking = false;
  }

  #unsure(room: string, state: ReadState): boolean {
    const log = this.#ports.log(room);
    if (log === undefined || this.#rooms.get(room) !== state) return false;
    if (log.n <= state.marker.n || log.low <= state.marker.n + 1) return false;
    return state.doubt > 0 || !unreadMentions(log, state.marker.n, state.told, this.#ports.me).exact;
  }

  /** What changed the count often comes in numbers; and where a marker was moved here, the server is to know first. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#environment.after(TELL_MS, () => {
        this.#waits.delete(cancel);
        resolve();
      });
      this.#waits.add(cancel);
    });
  }
}
