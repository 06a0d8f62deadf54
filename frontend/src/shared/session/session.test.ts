import "fake-indexeddb/auto";

import { beforeEach, describe, expect, test } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import { realtimeRequests } from "@/shared/api/realtime-requests";
import { createStore } from "@/shared/lib/store";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { bootstrap, id, ME, ROOM } from "@/shared/realtime/testing/fixtures";
import { openDatabase } from "@/shared/storage/database";
import { Memory, type Drafts } from "@/shared/storage/memory";
import { tabLocks } from "@/shared/storage/tab-locks";
import { noMemory } from "@/shared/storage/testing/no-memory";

import { Session } from "./session";

let environment: FakeEnvironment;
let session: Session;
let cookie: boolean;
let broken: Set<string>;

function respond(path: string): Response {
  if (broken.has(path)) throw new TypeError("Failed to fetch");
  const body = answerOf(path);
  if (body !== null) return new Response(JSON.stringify(body), { status: 200 });
  if (path === "/api/auth/logout") return new Response(null, { status: 204 });
  return new Response(JSON.stringify({ error: { code: "unauthenticated", message: "No.", details: {} } }), { status: 401 });
}

function answerOf(path: string): object | null {
  if (!cookie) return null;
  if (path === "/api/auth/refresh") return { access_token: "t", expires_in: 600, me: { id: ME, name: "Me", email: "" } };
  if (path === "/api/bootstrap") return bootstrap();
  if (path === "/api/auth/ticket") return { ticket: "x", expires_in: 30 };
  return null;
}

beforeEach(() => {
  environment = new FakeEnvironment();
  cookie = true;
  broken = new Set();
  const api = new ApiClient({
    fetch: (input) => Promise.resolve().then(() => respond(input as string)),
    exclusively: (task) => task(),
    onSessionEnded: () => session.end(),
  });
  session = new Session(api, environment, noMemory(environment));
});

/** A session on a device that remembers a room of the user with this id. */
async function onDevice(user: string): Promise<Session> {
  const open = () => openDatabase(`device of ${user}`);
  const ports = { environment, open, locks: tabLocks(undefined), drafts: createStore<Drafts>(new Map()) };
  const before = new Memory(ports);
  const first = { ...bootstrap(), me: { id: user, name: "Me", email: "" } };
  before.follow(new Realtime(first, { environment, requests: realtimeRequests(session.api), onEnded: () => undefined }));
  await before.flush();
  session = new Session(session.api, environment, new Memory(ports));
  return session;
}

const rooms = () => {
  const state = session.state.get();
  return state.status === "signed-in" ? [...state.realtime.rooms.get().keys()] : [];
};

const status = () => session.state.get().status;

describe("starting", () => {
  test("a session the cookie holds is taken up, and the socket opened", async () => {
    await session.start();
    await settle();
    expect(status()).toBe("signed-in");
    expect(environment.sockets).toHaveLength(1);
  });

  test("without one the user is asked, without a word of reproach", async () => {
    cookie = false;
    await session.start();
    expect(session.state.get()).toEqual({ status: "signed-out", notice: null });
  });

  test.each(["/api/auth/refresh", "/api/bootstrap"])("when %s does not answer it says so and can be repeated", async (path) => {
    broken.add(path);
    await session.start();
    const state = session.state.get();
    expect(state.status === "failed" && state.problem).toContain("cannot be reached");
    broken.clear();
    await session.start();
    expect(status()).toBe("signed-in");
  });
});

describe("ending", () => {
  beforeEach(async () => {
    await session.start();
    await settle();
    environment.socket.accept();
  });

  test("signing out closes the socket and leaves no timer", async () => {
    await session.signOut();
    expect(session.state.get()).toEqual({ status: "signed-out", notice: null });
    expect(environment.socket.closed).toBe(true);
    expect(environment.timers).toBe(0);
  });

  test("signing out that does not get through changes nothing", async () => {
    broken.add("/api/auth/logout");
    await expect(session.signOut()).rejects.toThrow("cannot be reached");
    expect(status()).toBe("signed-in");
  });

  test("a session the server ended says so", () => {
    environment.socket.push({ type: "session.ended" });
    const state = session.state.get();
    expect(state.status === "signed-out" && state.notice).toContain("ended");
  });

  test("the end of a session by one's own signing out is no news", async () => {
    const signingOut = session.signOut();
    environment.socket.push({ type: "session.ended" });
    expect(session.state.get()).toEqual({ status: "signed-out", notice: null });
    await signingOut;
    expect(session.state.get()).toEqual({ status: "signed-out", notice: null });
  });
});

describe("on a device that remembers", () => {
  test("the last state is shown before the server has answered, and connected when it has", async () => {
    const { state } = await onDevice(ME);
    const seen: (readonly [string[], number])[] = [];
    state.subscribe(() => seen.push([rooms(), environment.sockets.length]));
    await session.start();
    await settle();
    expect(seen.find(([shown]) => shown.length > 0)).toEqual([[ROOM], 0]);
    expect(environment.sockets).toHaveLength(1);
  });

  test.each(["/api/auth/refresh", "/api/bootstrap"])("it stays when %s does not answer", async (path) => {
    broken.add(path);
    await (await onDevice(ME)).start();
    expect(rooms()).toEqual([ROOM]);
  });

  test("a session that is over leaves nothing of it", async () => {
    cookie = false;
    await (await onDevice(ME)).start();
    expect(session.state.get()).toEqual({ status: "signed-out", notice: "Your session has ended. Log in again." });
    expect(await session.memory.recall()).toBeNull();
  });

  test("somebody else's state gives way to that of the cookie's user", async () => {
    await (await onDevice(id(99))).start();
    const state = session.state.get();
    expect(state.status === "signed-in" && state.realtime.me.id).toBe(ME);
  });
});
