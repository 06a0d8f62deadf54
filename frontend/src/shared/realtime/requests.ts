import type { Bootstrap, Done, Events, Messages, Room, User } from "@/shared/contract/types";

import type { Amendment } from "./amendments";

/** What the realtime client asks over REST. Failures are ApiErrors. */
export interface RealtimeRequests {
  /** A ticket that opens one socket. */
  ticket(): Promise<string>;
  room(id: string): Promise<Room>;
  /** The first screen as it is now. */
  bootstrap(): Promise<Bootstrap>;
  /** The log after seq `after`, as far as one page goes. */
  events(room: string, after: number): Promise<Events>;
  /** The messages before number `before`, or the newest; as many as `limit` or the server says. */
  messages(room: string, before?: number, limit?: number): Promise<Messages>;
  /** Asks for a change of a message; done once, however often it is sent with the same id. */
  amend(room: string, amendment: Amendment): Promise<Done>;
  users(ids: readonly string[]): Promise<readonly User[]>;
}
