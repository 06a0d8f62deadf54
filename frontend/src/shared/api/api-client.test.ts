import { beforeEach, describe, expect, test } from "vitest";

import { ApiClient } from "./api-client";
import { ApiError } from "./api-error";

interface Call {
  readonly path: string;
  readonly token: string | null;
  readonly body: unknown;
}

let calls: Call[];
let ended: number;
let api: ApiClient;
/** Tokens the server takes now; a refresh makes the next one valid. */
let valid: string;
let sessionAlive: boolean;
let user: string;
let answers: Record<string, () => Response>;

function answer(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

function refused(code: string, status: number, details: object = {}): Response {
  return answer({ error: { code, message: `It was ${code}.`, details } }, status);
}

function serve(path: string, headers: Headers): Response {
  if (path === "/api/auth/refresh") {
    if (!sessionAlive) return refused("unauthenticated", 401);
    valid = `token ${calls.length}`;
    return answer({ access_token: valid, expires_in: 600, me: { id: user, name: "Me", email: "" } });
  }
  const made = answers[path];
  if (made !== undefined) return made();
  return headers.get("authorization") === `Bearer ${valid}` ? answer({ path }) : refused("unauthenticated", 401);
}

beforeEach(() => {
  calls = [];
  ended = 0;
  valid = "none yet";
  sessionAlive = true;
  user = "me";
  answers = {};
  api = new ApiClient({
    fetch: (input, init) => {
      const path = input as string;
      const headers = new Headers(init?.headers);
      const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
      calls.push({ path, token: headers.get("authorization"), body });
      return Promise.resolve().then(() => serve(path, headers));
    },
    exclusively: (task) => task(),
    onSessionEnded: () => (ended += 1),
  });
});

const paths = () => calls.map((call) => call.path);

async function failure(request: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await request.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw new Error("it did not fail as it should");
  return error;
}

describe("access tokens", () => {
  test("an expired one is renewed once for all who wait, and each request goes again", async () => {
    await api.refresh();
    valid = "expired meanwhile";
    calls = [];
    await Promise.all([api.get("Rooms", "/rooms"), api.get("Me", "/me"), api.post("Ticket", "/auth/ticket")]);
    expect(paths().filter((path) => path === "/api/auth/refresh")).toHaveLength(1);
    expect(paths()).toHaveLength(7);
    expect(ended).toBe(0);
  });

  test("without one a request begins by getting it", async () => {
    await api.get("Rooms", "/rooms");
    expect(paths()).toEqual(["/api/auth/refresh", "/api/rooms"]);
  });

  test("a session that is over is told, and the request fails with that", async () => {
    await api.refresh();
    valid = "revoked";
    sessionAlive = false;
    expect((await failure(api.get("Rooms", "/rooms"))).code).toBe("unauthenticated");
    expect(ended).toBe(1);
  });

  test("a cookie that became somebody else's ends the session of this tab", async () => {
    await api.refresh();
    valid = "expired meanwhile";
    user = "somebody else";
    expect((await failure(api.get("Rooms", "/rooms"))).code).toBe("unauthenticated");
    expect(ended).toBe(1);
    expect(calls.filter((call) => call.token === `Bearer ${valid}`)).toEqual([]);
  });

  test("wrong credentials are no expired session", async () => {
    answers["/api/auth/login"] = () => refused("bad_credentials", 401);
    expect((await failure(api.open("/auth/login", {}))).code).toBe("bad_credentials");
    expect(paths()).toEqual(["/api/auth/login"]);
    expect(ended).toBe(0);
  });
});

describe("answers", () => {
  beforeEach(() => api.refresh());

  test("queries leave out what is not given and escape what is", async () => {
    await api.get("PublicRooms", "/rooms/public", { q: "a&b", after: undefined });
    expect(paths()).toContain("/api/rooms/public?q=a%26b");
  });

  test("a refusal has the server's code, sentence and fields", async () => {
    answers["/api/rooms"] = () => refused("conflict", 409, { field: "name" });
    const error = await failure(api.post("Room", "/rooms", {}));
    expect([error.code, error.message, error.fields]).toEqual(["conflict", "It was conflict.", ["name"]]);
  });

  test("an answer without a body is fine for a command", async () => {
    answers["/api/rooms/r/leave"] = () => new Response(null, { status: 204 });
    await expect(api.command("/rooms/r/leave")).resolves.toBeUndefined();
    expect(calls[calls.length - 1]?.body).toEqual({});
  });

  test.each([
    [502, "<html>", "unavailable"],
    [429, "", "rate_limited"],
    [413, "too large", "bad_request"],
    [200, "<html>", "bad_request"],
  ])("%i with %j from something in between is a sentence too", async (status, text, code) => {
    answers["/api/rooms"] = () => new Response(text, { status });
    const error = await failure(api.get("Rooms", "/rooms"));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^[A-Z].*\.$/u);
  });

  test("no answer at all is being offline", async () => {
    answers["/api/rooms"] = () => {
      throw new TypeError("Failed to fetch");
    };
    expect((await failure(api.get("Rooms", "/rooms"))).code).toBe("offline");
    expect(ended).toBe(0);
  });
});
