import type { Cancel, Environment, Socket, SocketListener } from "@/shared/realtime/environment";

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

/** A socket whose other side the test plays. */
export class FakeSocket implements Socket {
  readonly protocols: readonly string[];
  readonly sent: Record<string, unknown>[] = [];
  /** Called with each frame, after it was noted in `sent`. */
  onSent: ((frame: Record<string, unknown>) => void) | null = null;
  closed = false;
  readonly #listener: SocketListener;

  constructor(protocols: readonly string[], listener: SocketListener) {
    this.protocols = protocols;
    this.#listener = listener;
  }

  send(text: string): void {
    if (this.closed) return;
    const frame = JSON.parse(text) as Record<string, unknown>;
    this.sent.push(frame);
    this.onSent?.(frame);
  }

  close(): void {
    this.closed = true;
  }

  accept(): void {
    if (!this.closed) this.#listener.onOpen();
  }

  push(frame: object): void {
    if (!this.closed) this.#listener.onMessage(JSON.stringify(frame));
  }

  hangUp(code = 1006): void {
    if (this.closed) return;
    this.closed = true;
    this.#listener.onClose(code);
  }

  /** Frames with this action, oldest first. */
  actions(action: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame.action === action);
  }
}

/** A world whose time passes only when told, and whose sockets the test answers. */
export class FakeEnvironment implements Environment {
  readonly sockets: FakeSocket[] = [];
  onOpen: ((socket: FakeSocket) => void) | null = null;
  #now = Date.UTC(2026, 0, 5, 12);
  #timers = new Set<Timer>();
  #randomness = 0;

  now(): number {
    return this.#now;
  }

  /** Different each time, evenly spread, and the same in each run. */
  random(): number {
    this.#randomness = (this.#randomness + 0.6180339887498949) % 1;
    return this.#randomness;
  }

  after(milliseconds: number, task: () => void): Cancel {
    const timer = { at: this.#now + milliseconds, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  open(protocols: string[], listener: SocketListener): Socket {
    const socket = new FakeSocket(protocols, listener);
    this.sockets.push(socket);
    this.onOpen?.(socket);
    return socket;
  }

  /** The socket opened last. */
  get socket(): FakeSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time pass, with everything that falls due in it and all promises that follow. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await settle();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
  }
}

/** Lets all promises that are ready go on, as far as they come without time passing. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 30; round += 1) await Promise.resolve();
}
