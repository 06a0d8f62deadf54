import type { Events, Messages, Room, User } from "@/shared/contract/types";

/** What the realtime client asks over REST. Failures are ApiErrors. */
export interface RealtimeRequests {
  /** A ticket that opens one socket. */
  ticket(): Promise<string>;
  room(id: string): Promise<Room>;
  /** The log after seq `after`, as far as one page goes. */
  events(room: string, after: number): Promise<Events>;
  /** The messages before number `before`, or the newest. */
  messages(room: string, before?: number): Promise<Messages>;
  users(ids: readonly string[]): Promise<readonly User[]>;
}
