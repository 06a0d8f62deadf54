import { act, render } from "@testing-library/react";
import { vi } from "vitest";

import { MessagesPane } from "@/features/messages/components/messages-pane";
import { ApiClient } from "@/shared/api/api-client";
import type { Blocks, Granted, Member, Room, Versions } from "@/shared/contract/types";
import { useStore } from "@/shared/lib/use-store";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { ADA, bootstrap, ME, ROOM } from "@/shared/realtime/testing/fixtures";
import { RealtimeContext, SessionContext, useRealtime } from "@/shared/services/services";
import { Session } from "@/shared/session/session";
import { noMemory } from "@/shared/storage/testing/no-memory";

/** A room on screen, with a server whose other side the test plays. */
export interface OpenRoom {
  readonly environment: FakeEnvironment;
  readonly server: FakeServer;
  readonly realtime: Realtime;
}

const GRANTED: Granted = { access_token: "token", expires_in: 600, me: { id: ME, name: "Me", email: "" } };
const MEMBERS: Member[] = [
  { user: { id: ME, name: "Me" }, role: "member", muted: false, joined_at: 1 },
  { user: { id: ADA, name: "Ada" }, role: "member", muted: false, joined_at: 1 },
];

function answer(path: string, versions: Versions, server: FakeServer): unknown {
  if (path.endsWith("/auth/refresh")) return GRANTED;
  if (path.endsWith("/members")) return { members: MEMBERS };
  if (path.endsWith("/versions")) return versions;
  if (path.endsWith("/report")) return {};
  if (path.endsWith("/block")) return { version: 2, users: [] } satisfies Blocks;
  const since = /\/messages\/first\?since=(\d+)$/u.exec(path)?.[1];
  if (since !== undefined) return { n: server.messages.find(({ ts }) => ts >= Number(since))?.n ?? null };
  throw new Error(`the test did not expect ${path}`);
}

/** `before` is what happened before the room was opened. */
export async function openRoom(
  before: (server: FakeServer) => void = () => undefined,
  change: Partial<Room> = {},
  versions: Versions = { versions: [] },
  height = 100_000,
  linked: number | null = null,
): Promise<OpenRoom> {
  // There is no layout: everything has room on a screen that is high enough, unless a test says how high it is.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(height);
  const environment = new FakeEnvironment();
  const server = new FakeServer(environment);
  before(server);
  const realtime = new Realtime(bootstrap([{ ...server.room, ...change }]), {
    environment,
    requests: server.rest,
    onEnded: () => undefined,
  });
  realtime.start();
  await settle();
  const api = new ApiClient({
    fetch: (input) => {
      const path = input instanceof Request ? input.url : input.toString();
      return Promise.resolve(Response.json(answer(path, versions, server)));
    },
    exclusively: (task) => task(),
    onSessionEnded: () => undefined,
  });
  show(realtime, new Session(api, environment, noMemory(environment)), linked);
  await act(settle);
  return { environment, server, realtime };
}

function show(realtime: Realtime, session: Session, linked: number | null): void {
  realtime.reads.show(ROOM, true);
  render(
    <SessionContext value={session}>
      <RealtimeContext value={realtime}>
        <Screen linked={linked} />
      </RealtimeContext>
    </SessionContext>,
  );
}

function Screen({ linked }: { readonly linked: number | null }) {
  const realtime = useRealtime();
  const room = useStore(realtime.rooms).get(ROOM);
  const conversation = useStore(realtime.conversations).get(ROOM);
  if (room === undefined || conversation === undefined) return null;
  return <MessagesPane room={room} conversation={conversation} title={room.name} linked={linked} />;
}
