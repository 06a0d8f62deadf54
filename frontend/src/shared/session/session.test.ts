import { beforeEach, describe, expect, test } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { bootstrap, ME } from "@/shared/realtime/testing/fixtures";

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
  session = new Session(api, environment);
});

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
