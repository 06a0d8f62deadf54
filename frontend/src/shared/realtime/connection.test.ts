import { beforeEach, describe, expect, test } from "vitest";

import { ApiError } from "@/shared/api/api-error";
import type { Push } from "@/shared/contract/types";

import { Connection } from "./connection";
import { FakeEnvironment, settle } from "./testing/fake-environment";
import { id, ROOM } from "./testing/fixtures";

let environment: FakeEnvironment;
let connection: Connection;
let happened: string[];
let pushes: Push[];
let ticketFails: ApiError | null;
let cursors: [string, number][];

beforeEach(() => {
  environment = new FakeEnvironment();
  happened = [];
  pushes = [];
  ticketFails = null;
  cursors = [[ROOM, 4]];
  let ids = 100;
  let tickets = 0;
  connection = new Connection(environment, {
    ticket: () => (ticketFails === null ? Promise.resolve(`t${++tickets}`) : Promise.reject(ticketFails)),
    newId: () => id(ids++),
    cursors: () => cursors,
    onPush: (push) => pushes.push(push),
    onLive: () => happened.push("live"),
    onDown: () => happened.push("down"),
    onFailed: () => happened.push("failed"),
    onTooBig: () => happened.push("too big"),
    onEnded: () => happened.push("ended"),
  });
});

const status = () => connection.state.get().status;
const offline = () => new ApiError("offline", "Away.");

function answerResume(): void {
  const resume = environment.socket.actions("resume")[0];
  environment.socket.push({ type: "resumed", id: resume?.id, to: {}, time: environment.now() });
}

async function goLive(): Promise<void> {
  connection.start();
  await settle();
  environment.socket.accept();
  answerResume();
}

describe("connecting", () => {
  test("a ticket opens the socket, resume is the first frame, and the answer makes it live", async () => {
    connection.start();
    await settle();
    expect(environment.socket.protocols).toEqual(["parley.v1", "ticket.t1"]);
    expect(environment.socket.sent).toEqual([]);
    environment.socket.accept();
    expect(environment.socket.sent).toMatchObject([{ action: "resume", rooms: { [ROOM]: 4 } }]);
    expect(status()).toBe("connecting");
    expect(connection.send({ action: "typing", id: id(5), room: ROOM, on: true })).toBe(false);
    answerResume();
    expect(status()).toBe("live");
    expect(happened).toEqual(["live"]);
  });

  test("pushes that come before the end of resume are not lost", async () => {
    connection.start();
    await settle();
    environment.socket.accept();
    environment.socket.push({ type: "left", room: ROOM });
    expect(pushes).toHaveLength(1);
  });

  test("more rooms than fit into a frame do not make it too large", async () => {
    cursors = Array.from({ length: 1_000 }, (_, index) => [id(index), 4_000_000_000]);
    connection.start();
    await settle();
    environment.socket.accept();
    expect(JSON.stringify(environment.socket.sent[0]).length).toBeLessThan(32 * 1024);
  });

  test("no ticket because the session is over: nothing is tried again", async () => {
    ticketFails = new ApiError("unauthenticated", "Over.");
    connection.start();
    await environment.advance(600_000);
    expect(status()).toBe("ended");
    expect(happened).toEqual(["ended"]);
    expect(environment.sockets).toHaveLength(0);
  });

  test.each([
    ["the server cannot be reached", async () => {
      ticketFails = offline();
      connection.start();
      await settle();
      ticketFails = null;
    }],
    ["the socket never opens", async () => {
      connection.start();
      await environment.advance(10_000);
    }],
    ["resume is never answered", async () => {
      connection.start();
      await settle();
      environment.socket.accept();
      await environment.advance(30_000);
    }],
    ["resume is refused", async () => {
      connection.start();
      await settle();
      environment.socket.accept();
      environment.socket.push({ type: "error", id: environment.socket.sent[0]?.id, code: "unavailable", message: "", retry: true });
    }],
  ])("%s: it is tried again with a new ticket", async (_, fail) => {
    await fail();
    expect(status()).toBe("waiting");
    const before = environment.sockets.length;
    await environment.advance(500);
    expect(environment.sockets).toHaveLength(before + 1);
    environment.socket.accept();
    answerResume();
    expect(status()).toBe("live");
  });
});

describe("after a loss", () => {
  test("what comes from the old socket is not listened to any more", async () => {
    await goLive();
    const old = environment.socket;
    connection.restart();
    old.closed = false;
    old.push({ type: "left", room: ROOM });
    old.hangUp();
    expect(pushes.filter((push) => push.type === "left")).toEqual([]);
    expect(happened).toEqual(["live", "down"]);
  });

  test("waits grow while attempts fail, up to half a minute", async () => {
    ticketFails = offline();
    connection.start();
    const waits: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      await settle();
      const state = connection.state.get();
      if (state.status !== "waiting") throw new Error(`it is ${state.status}`);
      waits.push(state.retryAt - environment.now());
      await environment.advance(state.retryAt - environment.now());
    }
    expect(Math.max(...waits)).toBeGreaterThan(8_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(waits[0]).toBeLessThanOrEqual(500);
  });

  test("a server that drops connections as soon as they are live is not hammered", async () => {
    await goLive();
    for (let round = 0; round < 8; round += 1) {
      environment.socket.hangUp();
      await environment.advance(30_000);
      environment.socket.accept();
      answerResume();
    }
    environment.socket.hangUp();
    const state = connection.state.get();
    expect(state.status === "waiting" && state.retryAt - environment.now()).toBeGreaterThan(500);
  });

  test("a network that is back is used at once", async () => {
    ticketFails = offline();
    connection.start();
    await environment.advance(60_000);
    ticketFails = null;
    expect(status()).toBe("waiting");
    connection.wake();
    await settle();
    expect(status()).toBe("connecting");
    expect(environment.sockets).toHaveLength(1);
  });

  test("the state tells since when there was no connection", async () => {
    await goLive();
    await environment.advance(20_000);
    const lostAt = environment.now();
    environment.socket.hangUp();
    ticketFails = offline();
    await environment.advance(5_000);
    expect(connection.state.get()).toMatchObject({ since: lostAt });
  });

  test("a frame that was too large is said to be so", async () => {
    await goLive();
    environment.socket.hangUp(1009);
    expect(happened).toEqual(["live", "too big", "down"]);
  });

  test("an ended session is not tried again", async () => {
    await goLive();
    environment.socket.push({ type: "session.ended" });
    environment.socket.hangUp();
    await environment.advance(600_000);
    expect(happened).toEqual(["live", "down", "ended"]);
    expect(environment.sockets).toHaveLength(1);
    expect(environment.timers).toBe(0);
  });

  test("the frame of a function that died says that what is in flight may be lost, and the socket stays", async () => {
    await goLive();
    environment.socket.push({ message: "Internal server error", connectionId: "c", requestId: "r" });
    expect(happened).toEqual(["live", "failed"]);
    expect(status()).toBe("live");
  });

  test("a function that died of the resume frame is asked again over another socket", async () => {
    connection.start();
    await settle();
    environment.socket.accept();
    environment.socket.push({ message: "Internal server error", connectionId: "c", requestId: "r" });
    expect(happened).toEqual(["down"]);
    await environment.advance(1_000);
    expect(environment.sockets).toHaveLength(2);
  });

  test("stopping leaves nothing behind", async () => {
    await goLive();
    connection.stop();
    await environment.advance(600_000);
    expect(environment.socket.closed).toBe(true);
    expect(environment.sockets).toHaveLength(1);
    expect(environment.timers).toBe(0);
  });

  test("stopping while a ticket is on its way opens no socket", async () => {
    connection.start();
    connection.stop();
    await environment.advance(60_000);
    expect(environment.sockets).toHaveLength(0);
  });
});

describe("heartbeat", () => {
  const pings = () => environment.socket.actions("ping");

  /** Lets time pass until that many were sent, which must take less than a minute. */
  async function untilPings(count: number): Promise<void> {
    for (let second = 0; pings().length < count; second += 1) {
      expect(second).toBeLessThan(60);
      await environment.advance(1_000);
    }
  }

  test("a ping within a minute, then again with the time of the last answer", async () => {
    await goLive();
    await untilPings(1);
    expect(pings()).toMatchObject([{ since: 0 }]);
    environment.socket.push({ type: "pong", id: pings()[0]?.id, since: 77, heads: {} });
    await untilPings(2);
    expect(pings()).toMatchObject([{ since: 0 }, { since: 77 }]);
    expect(status()).toBe("live");
  });

  test("a ping without an answer: the line is dead", async () => {
    await goLive();
    const first = environment.socket;
    await untilPings(1);
    await environment.advance(10_000);
    expect(first.closed).toBe(true);
    expect(happened).toEqual(["live", "down"]);
  });

  test("waking after a long sleep asks at once whether the socket lives", async () => {
    await goLive();
    await environment.advance(20_000);
    connection.wake();
    expect(pings()).toHaveLength(1);
  });

  test("a line in doubt is given up after five silent seconds, and was lost when it was last heard", async () => {
    await goLive();
    const heardAt = environment.now();
    await environment.advance(20_000);
    connection.doubt();
    connection.doubt();
    expect(pings()).toHaveLength(1);
    ticketFails = offline();
    await environment.advance(5_000);
    expect(connection.state.get()).toMatchObject({ status: "waiting", since: heardAt });
  });

  test("a line in doubt that answers is kept", async () => {
    await goLive();
    connection.doubt();
    environment.socket.push({ type: "pong", id: pings()[0]?.id, since: 1, heads: {} });
    await environment.advance(6_000);
    expect(status()).toBe("live");
  });

  test("waking right after a frame asks nothing", async () => {
    await goLive();
    connection.wake();
    expect(pings()).toEqual([]);
  });

  test("a device that nobody touches says so with its pings, and at once when somebody does", async () => {
    await goLive();
    const answered = async (): Promise<unknown> => {
      const before = pings().length;
      await untilPings(before + 1);
      const ping = pings()[before];
      environment.socket.push({ type: "pong", id: ping?.id, since: 1, heads: {} });
      return ping?.idle;
    };
    while (!(await answered())) expect(pings().length).toBeLessThan(8);
    expect(pings().length).toBeGreaterThan(4);
    expect(await answered()).toBe(true);
    const before = pings().length;
    connection.touched();
    connection.touched();
    expect(pings().slice(before)).toMatchObject([{ idle: false }]);
  });
});
