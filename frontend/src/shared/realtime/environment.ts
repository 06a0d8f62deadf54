/** The outside world as the realtime client sees it; tests pass one they control. */
export interface Environment {
  /** Milliseconds since 1970 by this device's clock. */
  now(): number;
  /** A number from 0 to below 1. */
  random(): number;
  /** Runs `task` after `milliseconds`; the result cancels it. */
  after(milliseconds: number, task: () => void): Cancel;
  /** Opens a socket to the server, offering these subprotocols. */
  open(protocols: string[], listener: SocketListener): Socket;
}

export type Cancel = () => void;

export interface SocketListener {
  readonly onOpen: () => void;
  readonly onMessage: (frame: unknown) => void;
  /** Told once, with a close code of RFC 6455; also when the socket never opened. */
  readonly onClose: (code: number) => void;
}

/** As much of a WebSocket as is used. */
export interface Socket {
  send(text: string): void;
  close(): void;
}
