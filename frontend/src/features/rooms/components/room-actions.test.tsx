// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import type { Granted, MadeInviteLink } from "@/shared/contract/types";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { bootstrap, ME, room, ROOM } from "@/shared/realtime/testing/fixtures";
import { RealtimeContext, SessionContext } from "@/shared/services/services";
import { Session } from "@/shared/session/session";
import { noMemory } from "@/shared/storage/testing/no-memory";

import { RoomActions } from "./room-actions";

const GRANTED: Granted = { access_token: "token", expires_in: 600, me: { id: ME, name: "Me", email: "" } };
const MADE: MadeInviteLink = {
  invite: { id: ROOM, created_by: ME, created_at: 1, expires_at: 2, uses_left: 10 },
  token: "the-code",
};

let asked: string[];
let realtime: Realtime;
let closed: number;

function answer(path: string): Response {
  if (path.endsWith("/auth/refresh")) return Response.json(GRANTED);
  asked.push(new URL(path, "http://localhost").pathname);
  return path.endsWith("/invites") ? Response.json(MADE) : new Response(null, { status: 204 });
}

beforeEach(() => {
  asked = [];
  closed = 0;
  const environment = new FakeEnvironment();
  const server = new FakeServer(environment);
  realtime = new Realtime(bootstrap([room({ role: "owner" })]), {
    environment,
    requests: server.rest,
    onEnded: () => undefined,
  });
  const api = new ApiClient({
    fetch: (input) => Promise.resolve(answer(input instanceof Request ? input.url : input.toString())),
    exclusively: (task) => task(),
    onSessionEnded: () => undefined,
  });
  render(
    <SessionContext value={new Session(api, environment, noMemory(environment))}>
      <RealtimeContext value={realtime}>
        <RoomActions room={room({ role: "owner" })} onClose={() => (closed += 1)} />
      </RealtimeContext>
    </SessionContext>,
  );
});

afterEach(cleanup);

async function press(name: string): Promise<void> {
  fireEvent.click(screen.getByRole("button", { name }));
  await act(settle);
}

test("an invite code is shown once it is made", async () => {
  await press("Make invite code");
  screen.getByText("the-code");
  expect(asked).toEqual([`/api/rooms/${ROOM}/invites`]);
});

test("a room is archived at once", async () => {
  await press("Archive");
  expect(asked).toEqual([`/api/rooms/${ROOM}/archive`]);
  expect(closed).toBe(1);
});

test("a room is deleted at the second press only", async () => {
  await press("Delete room");
  expect(asked).toEqual([]);
  await press("Delete for everybody");
  expect(asked).toEqual([`/api/rooms/${ROOM}/delete`]);
  expect(realtime.rooms.get().has(ROOM)).toBe(false);
});
