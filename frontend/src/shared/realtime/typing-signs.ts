/** Who types where, and telling others that the user does. Signs only: they go by themselves when not renewed. */
import { TYPING_SECONDS } from "@/shared/contract/limits";
import type { SetTyping, Typing } from "@/shared/contract/types";
import { createStore, type ReadableStore } from "@/shared/lib/store";

import type { Cancel, Environment } from "./environment";

const EXPIRY_MS = TYPING_SECONDS * 1_000;
const RENEW_MS = EXPIRY_MS / 2;

export interface TypingPorts {
  readonly send: (command: SetTyping) => boolean;
  readonly newId: () => string;
}

type TypingByRoom = ReadonlyMap<string, readonly string[]>;

export class TypingSigns {
  readonly #environment: Environment;
  readonly #ports: TypingPorts;
  readonly #typing = createStore<TypingByRoom>(new Map());
  readonly #expiries = new Map<string, Cancel>();
  readonly #toldAt = new Map<string, number>();

  constructor(environment: Environment, ports: TypingPorts) {
    this.#environment = environment;
    this.#ports = ports;
  }

  /** Users who type now, by room; a room where nobody does is left out. */
  get typing(): ReadableStore<TypingByRoom> {
    return this.#typing;
  }

  receive({ room, user, on }: Typing): void {
    const key = `${room} ${user}`;
    this.#expiries.get(key)?.();
    this.#expiries.delete(key);
    this.#show(room, user, on);
    if (on) this.#expiries.set(key, this.#environment.after(EXPIRY_MS, () => this.stopped(room, user)));
  }

  /** The user said something, left, or fell silent. */
  stopped(room: string, user: string): void {
    if (this.#typing.get().get(room)?.includes(user)) this.receive({ type: "typing", room, user, on: false });
  }

  /** The caller presses keys in the room: told at most every few seconds. */
  tell(room: string): void {
    const now = this.#environment.now();
    if (now - (this.#toldAt.get(room) ?? -RENEW_MS) < RENEW_MS) return;
    if (this.#send(room, true)) this.#toldAt.set(room, now);
  }

  /** The caller stopped, without having sent a message: that ends the sign by itself. */
  tellStopped(room: string): void {
    if (this.#toldAt.delete(room)) this.#send(room, false);
  }

  /** The caller sent what was typed. */
  sent(room: string): void {
    this.#toldAt.delete(room);
  }

  dispose(): void {
    for (const cancel of this.#expiries.values()) cancel();
    this.#expiries.clear();
  }

  #send(room: string, on: boolean): boolean {
    return this.#ports.send({ action: "typing", id: this.#ports.newId(), room, on });
  }

  #show(room: string, user: string, on: boolean): void {
    const present = this.#typing.get().get(room) ?? [];
    if (present.includes(user) === on) return;
    const users = on ? [...present, user] : present.filter((other) => other !== user);
    const typing = new Map(this.#typing.get());
    if (users.length > 0) typing.set(room, users);
    else typing.delete(room);
    this.#typing.set(typing);
  }
}
