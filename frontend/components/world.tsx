/** Worlds for components to live in: a signed-in user, rooms and answers, all made up and the same each time. */
import { useState, type ReactNode } from "react";

import { createPaneState, PaneContext, type PaneState } from "@/features/messages/lib/pane";
import { rightsIn } from "@/features/messages/lib/rights";
import { ApiClient } from "@/shared/api/api-client";
import type { Bootstrap, Granted, Message, Room, User } from "@/shared/contract/types";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { bootstrap, id, ME, room } from "@/shared/realtime/testing/fixtures";
import { RealtimeContext, SessionContext } from "@/shared/services/services";
import { Session } from "@/shared/session/session";
import { noMemory } from "@/shared/storage/testing/no-memory";

export { ME };
export const GRACE = id(2);
export const ALAN = id(4);
/** Whom the user has blocked. */
export const CHARLES = id(5);

export const USERS: readonly User[] = [
  { id: ME, name: "Ada Lovelace" },
  { id: GRACE, name: "Grace Hopper" },
  { id: ALAN, name: "Alan Turing" },
  { id: CHARLES, name: "Charles Babbage" },
];

const GRANTED: Granted = { access_token: "token", expires_in: 600, me: { id: ME, name: "Ada Lovelace", email: "ada@example.org" } };

interface WorldOptions {
  readonly rooms?: readonly Room[];
  /** The messages of the rooms, by their ids. */
  readonly messages?: ReadonlyMap<string, readonly Message[]>;
  readonly change?: Partial<Bootstrap>;
  /** What REST answers for the path; a promise that never settles is an answer on its way. */
  readonly answer?: (path: string) => unknown;
  /** How the user's socket and history fare: both are asked for by none but who needs them. */
  readonly requests?: Partial<FakeServer["rest"]>;
}

export interface World {
  readonly environment: FakeEnvironment;
  readonly realtime: Realtime;
  readonly session: Session;
}

export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

/** As the server refuses while one of its stores is away. */
export function unavailable(): Response {
  return Response.json({ error: { code: "unavailable", message: "That did not work. Try again in a moment." } }, { status: 503 });
}

/** The room numbered `number`: each world needs its own, for drafts are kept by the room. */
export function roomAt(number: number, change: Partial<Room> = {}): Room {
  return room({ id: id(100 + number), name: "Engine room", role: "owner", ...change });
}

export function createWorld({ rooms = [], messages = new Map(), change = {}, answer = never, requests = {} }: WorldOptions = {}): World {
  const environment = new FakeEnvironment();
  const first: Bootstrap = {
    ...bootstrap([...rooms]),
    ...{ me: GRANTED.me, users: [...USERS], blocks: { version: 1, users: [CHARLES] }, ...change },
  };
  const rest = { ...new FakeServer(environment).rest, ...requests };
  const realtime = new Realtime(first, { environment, requests: rest, onEnded: () => undefined }, messages);
  const api = new ApiClient({
    fetch: async (input) => {
      const path = (input instanceof Request ? input.url : input.toString()).replace(/^\/api/u, "");
      const given = path === "/auth/refresh" ? GRANTED : await answer(path);
      return given instanceof Response ? given : Response.json(given);
    },
    exclusively: (task) => task(),
    onSessionEnded: () => undefined,
  });
  return { environment, realtime, session: new Session(api, environment, noMemory(environment)) };
}

interface InWorldProps {
  readonly world: World;
  readonly children: ReactNode;
}

export function InWorld({ world, children }: InWorldProps) {
  return (
    <SessionContext value={world.session}>
      <RealtimeContext value={world.realtime}>{children}</RealtimeContext>
    </SessionContext>
  );
}

interface InPaneProps extends InWorldProps {
  readonly room: Room;
  /** What the reader is doing. */
  readonly state?: Partial<PaneState>;
  readonly touch?: boolean;
}

/** For what is part of a room's messages. */
export function InPane({ world, room: inside, state: given = {}, touch = false, children }: InPaneProps) {
  const [state] = useState(() => {
    const created = createPaneState(inside.id, null);
    created.update((present) => ({ ...present, ...given }));
    return created;
  });
  const conversation = world.realtime.conversations.get().get(inside.id);
  if (conversation === undefined) throw new Error("the room is not in this world");
  return (
    <InWorld world={world}>
      <PaneContext value={{ conversation, state, rights: rightsIn(inside, false), touch }}>{children}</PaneContext>
    </InWorld>
  );
}
