/** Stale state and the pushes since equal fresh state: this client's own code, on the server's own answers. */
import { describe, expect, test } from "vitest";

import { ApiError } from "@/shared/api/api-error";
import type { LogEvent } from "@/shared/contract/types";

import { Realtime } from "./realtime";
import type { RealtimeRequests } from "./requests";
import { FakeEnvironment, settle } from "./testing/fake-environment";
import { SCENES, type Scene, type Screen } from "./testing/recorded-scenes";

function away(): Promise<never> {
  return Promise.reject(new ApiError("offline", "Away."));
}

/** A client that has loaded the screen, history included, and is live. Whatever else it asks for is not answered. */
async function opened({ bootstrap, page }: Screen, room: string): Promise<{ realtime: Realtime; environment: FakeEnvironment }> {
  const environment = new FakeEnvironment();
  const requests: RealtimeRequests = {
    ticket: () => Promise.resolve("ticket"),
    messages: () => Promise.resolve(page),
    room: away,
    bootstrap: away,
    events: away,
    users: away,
    amend: away,
  };
  const realtime = new Realtime(bootstrap, { environment, requests, onEnded: () => undefined });
  realtime.start();
  await settle();
  environment.socket.accept();
  await settle();
  const to = Object.fromEntries(bootstrap.rooms.map(({ id, seq }) => [id, seq]));
  const resume = environment.socket.actions("resume")[0];
  environment.socket.push({ type: "resumed", id: resume?.id, to, time: environment.now() });
  await realtime.conversations.get().get(room)?.loadOlder();
  return { realtime, environment };
}

/** All that is shown of the room. */
function shown(realtime: Realtime, room: string): object {
  const log = realtime.conversations.get().get(room)?.log.get();
  if (log === undefined) throw new Error("the room is not there");
  const { name, topic } = realtime.rooms.get().get(room) ?? {};
  const { messages, cursor, n, low } = log;
  const unread = realtime.reads.unread.get().get(room) ?? { messages: 0, mentions: 0 };
  return { name, topic, messages, cursor, n, low, unread, marker: realtime.reads.marker(room) };
}

/** As the log would be told after a reconnect: the events in one answer. */
function delta({ pushes, room, yesterday, today }: Scene): object[] {
  const events = pushes.filter((push): push is LogEvent => "seq" in push && "sender" in push);
  if (events.length === 0) return [...pushes];
  return [{ type: "delta", room, from: yesterday.page.as_of, to: today.page.as_of, events }];
}

describe.each(SCENES)("$name", (scene) => {
  const ways: Record<string, (scene: Scene) => object[]> = {
    "as they were pushed": ({ pushes }) => [...pushes],
    "each twice, and in the wrong order": ({ pushes }) => [...pushes, ...pushes].reverse(),
    "in the answer to a resume": delta,
  };

  test.each(Object.keys(ways))("%s", async (way) => {
    const { realtime, environment } = await opened(scene.yesterday, scene.room);
    const before = shown(realtime, scene.room);
    for (const push of ways[way]?.(scene) ?? []) environment.socket.push(push);
    await settle();
    const fresh = await opened(scene.today, scene.room);
    const expected = shown(fresh.realtime, scene.room);
    // Who says something where something was unread leaves it unread; nothing here was said on this device.
    expect(shown(realtime, scene.room)).toEqual(expected);
    const members = scene.pushes.some(({ type }) => type === "member.joined" || type === "member.left");
    expect(before).not.toEqual(expected);
    expect(realtime.memberships.get().has(scene.room)).toBe(members);
    realtime.stop();
    fresh.realtime.stop();
  });
});
