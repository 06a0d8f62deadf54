// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import type { Granted, Notifications, Quiet } from "@/shared/contract/types";
import { deviceChoices } from "@/shared/lib/device-choices";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { bootstrap, ME } from "@/shared/realtime/testing/fixtures";
import { RealtimeContext, SessionContext } from "@/shared/services/services";
import { Session } from "@/shared/session/session";
import { noMemory } from "@/shared/storage/testing/no-memory";

import { NotificationsSection } from "./notifications-section";

const GRANTED: Granted = { access_token: "token", expires_in: 600, me: { id: ME, name: "Me", email: "" } };

let kept: Notifications;
let answer: NotificationPermission;
let asked: number;

const fakeNotification = {
  permission: "default" as NotificationPermission,
  requestPermission: () => {
    asked += 1;
    fakeNotification.permission = answer;
    return Promise.resolve(answer);
  },
};

function respond(path: string, body: string): Response {
  if (path.endsWith("/auth/refresh")) return Response.json(GRANTED);
  kept = { ...kept, version: kept.version + 1, quiet: (JSON.parse(body) as { quiet: Quiet }).quiet };
  return Response.json(kept);
}

beforeEach(() => {
  localStorage.clear();
  asked = 0;
  answer = "granted";
  fakeNotification.permission = "default";
  vi.stubGlobal("Notification", fakeNotification);
  Object.defineProperty(navigator, "serviceWorker", { value: {}, configurable: true });
  kept = { version: 0, quiet: { until: null, daily: null }, rooms: {} };
  const environment = new FakeEnvironment();
  const server = new FakeServer(environment);
  const realtime = new Realtime(bootstrap(), { environment, requests: server.rest, onEnded: () => undefined });
  const api = new ApiClient({
    fetch: (input, init) => Promise.resolve(respond(input instanceof Request ? input.url : input.toString(), init?.body as string)),
    exclusively: (task) => task(),
    onSessionEnded: () => undefined,
  });
  render(
    <SessionContext value={new Session(api, environment, noMemory(environment))}>
      <RealtimeContext value={realtime}>
        <NotificationsSection />
      </RealtimeContext>
    </SessionContext>,
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function press(role: string, name: string): Promise<void> {
  fireEvent.click(screen.getByRole(role, { name }));
  await act(settle);
}

function isChecked(name: string): boolean {
  return screen.getByRole<HTMLInputElement>("checkbox", { name }).checked;
}

test("the browser asks for permission only once notifications are chosen", async () => {
  expect(asked).toBe(0);
  await press("checkbox", "Desktop notifications on this device");
  expect(asked).toBe(1);
  expect([isChecked("Desktop notifications on this device"), deviceChoices().desktop]).toEqual([true, true]);
});

test("a permission that is not given is told of, and nothing is chosen", async () => {
  answer = "denied";
  await press("checkbox", "Desktop notifications on this device");
  expect(screen.getByRole("alert").textContent).toContain("allow them in the browser's settings");
  expect([isChecked("Desktop notifications on this device"), deviceChoices().desktop]).toEqual([false, false]);
});

test("a sound needs no permission", async () => {
  await press("checkbox", "A sound on this device");
  expect([asked, deviceChoices().sound]).toEqual([0, true]);
});

test("being left alone for an hour is taken back, and the daily times stay", async () => {
  await press("checkbox", "Every day");
  await press("button", "For an hour");
  expect(kept.quiet.daily).toEqual({ begins: 1_320, ends: 420 });
  expect(kept.quiet.until).toBeGreaterThan(Date.now() * 1_000);
  await press("button", "Disturb me again");
  expect(kept.quiet).toEqual({ until: null, daily: { begins: 1_320, ends: 420 } });
});

test("the daily times are changed and ended", async () => {
  await press("checkbox", "Every day");
  fireEvent.change(screen.getByLabelText("from"), { target: { value: "21:30" } });
  await press("button", "Change times");
  expect(kept.quiet.daily).toEqual({ begins: 1_290, ends: 420 });
  await press("checkbox", "Every day");
  expect(kept.quiet.daily).toBeNull();
});
