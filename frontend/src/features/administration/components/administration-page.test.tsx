// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import type { AuditEntry, Granted, HealthReport, Invite, Report, UserRole, WorkspaceRoom } from "@/shared/contract/types";
import { Realtime, type WorkspaceRole } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { ADA, bootstrap, id, ME } from "@/shared/realtime/testing/fixtures";
import { RealtimeContext, SessionContext } from "@/shared/services/services";
import { Session } from "@/shared/session/session";
import { noMemory } from "@/shared/storage/testing/no-memory";

import { AdministrationPage } from "./administration-page";

const GRANTED: Granted = { access_token: "token", expires_in: 600, me: { id: ME, name: "Me", email: "" } };
const BOSS = id(4);
const PEOPLE: UserRole[] = [
  { user: { id: ME, name: "Me" }, role: "admin" },
  { user: { id: ADA, name: "Ada" }, role: "member" },
  { user: { id: BOSS, name: "Grace" }, role: "owner" },
];
const INVITE: Invite = { id: id(9), created_by: ADA, created_at: 1, expires_at: 2, uses_left: 3 };

const REPORTS: Report[] = [
  {
    ...{ id: 5, reporter: null, room: id(30), n: 7, author: ADA, reason: "spam", note: "the third today", at: 1 },
    ...{ closed_at: null, closed_by: null, outcome: null, text: "Buy my watches", text_unavailable: false },
  },
];

const JOINED: WorkspaceRoom = {
  ...{ id: id(31), name: "Lunch", visibility: "public", members: 3, joined: true, archived: false },
  ...{ created_at: 1, active_at: 2 },
};
const NAMELESS: WorkspaceRoom = { ...JOINED, id: id(30), name: null, visibility: "private", joined: false, active_at: null };
const MINUTE = 60_000_000;

const HEALTH: HealthReport = {
  stores: { postgres: { state: "ok", milliseconds: 1.25 }, mongodb: { state: "timeout", milliseconds: null } },
  flushes: {
    ...{ flushed_at: 60 * MINUTE, rooms_behind: 2, buffer_age: 300, since: 0, until: 61 * MINUTE, step: MINUTE },
    points: [
      { at: 57 * MINUTE, messages: 4, events: 6, failures: 0, buffer_age: 41 },
      { at: 58 * MINUTE, messages: 12.26, events: 0, failures: 3, buffer_age: null },
      { at: 59 * MINUTE, messages: 2, events: 9, failures: 0, buffer_age: 300 },
    ],
  },
};

/** What was asked, and with what body. */
let asked: [string, unknown][];
let invites: Invite[];
let reports: Report[];
/** How the next request fails, if it does. */
let failure: Response | null;

function entry(number: number, change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    ...{ id: number, at: number, kind: "role_changed", actor: ME, target: ADA, room: null, network: "private" },
    ...{ detail: "guest", ...change },
  };
}

function answer(url: URL, method: string): Response {
  if (url.pathname === "/api/auth/refresh") return Response.json(GRANTED);
  if (failure !== null) {
    const failed = failure;
    failure = null;
    return failed;
  }
  if (method === "POST" && url.pathname === "/api/invites") return Response.json({ invite: INVITE, token: "the-token" });
  if (method === "POST") return new Response(null, { status: 204 });
  if (url.pathname === "/api/invites") return Response.json({ invites });
  if (url.pathname === "/api/reports") {
    return Response.json({ reports: url.searchParams.get("state") === "open" ? reports : [], more: false });
  }
  if (url.pathname === "/api/rooms/all") {
    if (url.searchParams.has("q")) return Response.json({ rooms: [], more: false });
    const older = url.searchParams.has("before");
    return Response.json(older ? { rooms: [NAMELESS], more: false } : { rooms: [JOINED], more: true });
  }
  if (url.pathname === "/api/health") {
    return Response.json({ status: "degraded", stores: { postgres: false, mongodb: true, cassandra: true } });
  }
  if (url.pathname === "/api/health/report") return Response.json(HEALTH);
  if (url.pathname === "/api/roles") return Response.json({ users: url.searchParams.has("q") ? [] : PEOPLE, more: false });
  if (url.searchParams.has("kind")) return Response.json({ entries: [], more: false });
  const older = url.searchParams.get("before") === "7";
  return Response.json(older ? { entries: [entry(6, { kind: "registered" })], more: false } : { entries: [entry(7)], more: true });
}

async function open(path: string, role: WorkspaceRole = "admin"): Promise<void> {
  const environment = new FakeEnvironment();
  const server = new FakeServer(environment);
  const ports = { environment, requests: server.rest, onEnded: () => undefined };
  const realtime = new Realtime({ ...bootstrap(), workspace_role: role }, ports);
  const api = new ApiClient({
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input.toString(), "http://localhost");
      const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : null;
      const method = init?.method ?? "GET";
      if (!url.pathname.startsWith("/api/auth")) asked.push([`${method} ${url.pathname}${url.search}`, body]);
      return Promise.resolve(answer(url, method));
    },
    exclusively: (task) => task(),
    onSessionEnded: () => undefined,
  });
  render(
    <SessionContext value={new Session(api, environment, noMemory(environment))}>
      <RealtimeContext value={realtime}>
        <AdministrationPage path={path} onClose={() => undefined} />
      </RealtimeContext>
    </SessionContext>,
  );
  await act(settle);
}

async function press(name: string): Promise<void> {
  fireEvent.click(screen.getByRole("button", { name }));
  await act(settle);
}

beforeEach(() => {
  asked = [];
  invites = [];
  reports = REPORTS;
  failure = null;
});

afterEach(cleanup);

test("members are told whose page it is, and nothing is asked", async () => {
  await open("/admin", "member");
  screen.getByText("This is for administrators");
  expect(asked).toEqual([]);
});

test("only those of a lower rank can be managed", async () => {
  await open("/admin");
  const buttons = screen.getAllByRole("button", { name: /^Manage/u });
  expect(buttons.map((button) => button.getAttribute("aria-label"))).toEqual(["Manage Ada"]);
});

test("a role is changed, and an admin makes no admins", async () => {
  await open("/admin");
  await press("Manage Ada");
  expect(screen.queryByRole("radio", { name: /^admin/u })).toBeNull();
  fireEvent.click(screen.getByRole("radio", { name: /^guest/u }));
  await press("Save role");
  expect(asked.slice(1)).toEqual([[`POST /api/users/${ADA}/role`, { role: "guest" }]]);
  expect(screen.queryByRole("dialog")).toBeNull();
  within(screen.getByRole("list", { name: "People" })).getByText("guest");
});

test("an account is disabled at the second press only, and enabled again", async () => {
  await open("/admin");
  await press("Manage Ada");
  await press("Disable account");
  expect(asked).toHaveLength(1);
  await press("Yes, disable it");
  screen.getByText("member, disabled");
  await press("Manage Ada");
  await press("Enable account");
  await press("Yes, enable it");
  expect(asked.slice(1)).toEqual([
    [`POST /api/users/${ADA}/disable`, { on: true }],
    [`POST /api/users/${ADA}/disable`, { on: false }],
  ]);
  expect(screen.queryByText("member, disabled")).toBeNull();
});

test("what the server refuses is said in the dialog, which stays", async () => {
  await open("/admin");
  await press("Manage Ada");
  await press("Disable account");
  failure = Response.json({ error: { code: "forbidden", message: "Not yours to disable.", details: {} } }, { status: 403 });
  await press("Yes, disable it");
  within(screen.getByRole("dialog")).getByText("Not yours to disable.");
});

test("a search that finds nobody says so", async () => {
  await open("/admin");
  fireEvent.change(screen.getByLabelText("Find people by name"), { target: { value: "nobody" } });
  expect(await screen.findByText("Nobody here has this in the name.")).toBeTruthy();
  expect(asked.map(([request]) => request)).toEqual(["GET /api/roles", "GET /api/roles?q=nobody"]);
});

test("people who could not be loaded are asked for again", async () => {
  failure = new Response(null, { status: 503 });
  await open("/admin");
  await press("Try again");
  screen.getByText("Ada");
});

test("an invitation's link holds its token in the fragment and is copied", async () => {
  const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue(undefined);
  await open("/admin/invitations");
  screen.getByText("No invitation lets anybody in now.");
  fireEvent.change(screen.getByLabelText("How many people"), { target: { value: "3" } });
  await press("Make invitation");
  expect(asked[1]).toEqual(["POST /api/invites", { hours: 168, uses: 3 }]);
  await press("Copy link");
  expect(copied).toHaveBeenCalledWith(`${location.origin}/register#invite=the-token`);
  screen.getByText(/^Copied\./u);
});

test("an invitation for no number of people is not asked for", async () => {
  await open("/admin/invitations");
  fireEvent.change(screen.getByLabelText("How many people"), { target: { value: "many" } });
  await press("Make invitation");
  screen.getByText("Enter a number from 1 to 100.");
  expect(asked).toHaveLength(1);
});

test("an invitation is revoked", async () => {
  invites = [INVITE];
  await open("/admin/invitations");
  invites = [];
  fireEvent.click(screen.getByRole("button", { name: /^Revoke the invitation by Ada/u }));
  await act(settle);
  expect(asked[1]?.[0]).toBe(`POST /api/invites/${INVITE.id}/revoke`);
  screen.getByText("No invitation lets anybody in now.");
});

test("the audit log names people and goes on with older entries", async () => {
  await open("/admin/audit");
  screen.getByText("Workspace role changed: guest");
  screen.getByText("Me, about Ada, from a private network");
  await press("Show older entries");
  expect(asked.map(([request]) => request)).toEqual(["GET /api/audit", "GET /api/audit?before=7"]);
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
  expect(screen.queryByRole("button", { name: "Show older entries" })).toBeNull();
});

test("the audit log shows one kind when asked to", async () => {
  await open("/admin/audit");
  fireEvent.change(screen.getByLabelText("Show"), { target: { value: "muted" } });
  await act(settle);
  expect(asked.map(([request]) => request)).toEqual(["GET /api/audit", "GET /api/audit?kind=muted"]);
  screen.getByText("Nothing of this kind is written down.");
});

test("a report shows what was said, and goes once it is closed", async () => {
  await open("/admin/reports");
  const list = within(screen.getByRole("list", { name: "Reports, the newest first" }));
  list.getByText("Spam or advertising");
  list.getByText("Buy my watches");
  list.getByText("Ada said it in a room you are not in; Somebody reported it: the third today");
  fireEvent.change(list.getByLabelText("What became of it"), { target: { value: "person_warned" } });
  fireEvent.click(list.getByRole("button", { name: "Close report" }));
  await act(settle);
  expect(asked.at(-1)).toEqual(["POST /api/reports/5/close", { outcome: "person_warned" }]);
  screen.getByText("Nothing is waiting for you.");
});

test("rooms are listed page by page, and only those one is in can be managed", async () => {
  await open("/admin/rooms");
  await press("Show more rooms");
  expect(asked.map(([request]) => request)).toEqual(["GET /api/rooms/all", `GET /api/rooms/all?before=${JOINED.id}`]);
  const [joined, nameless] = screen.getAllByRole("listitem");
  if (joined === undefined || nameless === undefined) throw new Error("rooms are missing");
  within(joined).getByText(/^public · 3 members · made on .* · last used on /u);
  within(nameless).getByText(/^private · 3 members · made on [^·]*$/u);
  expect(within(joined).getByRole("link", { name: "Open Lunch" }).getAttribute("href")).toBe(`/rooms/${JOINED.id}`);
  expect(within(nameless).queryByRole("link")).toBeNull();
  expect(within(nameless).queryByRole("button")).toBeNull();
});

test("a search that finds no room says so", async () => {
  await open("/admin/rooms");
  fireEvent.change(screen.getByLabelText("Find rooms by name"), { target: { value: "none" } });
  expect(await screen.findByText("No room that you may know has this in its name.")).toBeTruthy();
});

test("a room is archived, and opened again", async () => {
  await open("/admin/rooms");
  await press("Manage Lunch");
  await press("Archive");
  screen.getByText(/^public · archived · /u);
  await press("Manage Lunch");
  await press("Open again");
  expect(asked.slice(1)).toEqual([
    [`POST /api/rooms/${JOINED.id}/archive`, { on: true }],
    [`POST /api/rooms/${JOINED.id}/archive`, { on: false }],
  ]);
  screen.getByText(/^public · 3 members/u);
});

test("a room is deleted at the second press only, and goes from the list", async () => {
  await open("/admin/rooms");
  await press("Manage Lunch");
  await press("Delete room");
  expect(asked).toHaveLength(1);
  failure = Response.json({ error: { code: "forbidden", message: "Not yours to delete.", details: {} } }, { status: 403 });
  await press("Delete for everybody");
  within(screen.getByRole("dialog")).getByText("Not yours to delete.");
  await press("Delete for everybody");
  expect(asked[2]?.[0]).toBe(`POST /api/rooms/${JOINED.id}/delete`);
  expect(screen.queryByText("Lunch")).toBeNull();
});

test("health shows each store, what the last flush left, and plots that can be read as sentences and tables", async () => {
  await open("/admin/health");
  const tiles = Array.from(document.querySelectorAll("dl > div"), (tile) => tile.textContent);
  expect(tiles.slice(0, 2)).toEqual([
    "Accounts and rooms (PostgreSQL)Answers in 1.3 ms",
    "Live messages and history (MongoDB)Attention: Takes too long to answer",
  ]);
  expect(tiles.slice(3)).toEqual(["Rooms behindAttention: 2", "Buffer ageAttention: 5 min"]);
  screen.getByRole("img", { name: /^Messages a minute: at most 12\.3 \(.+\), 2 at last$/u });
  screen.getByRole("img", { name: /^Buffer age: at most 5 min \(.+\), 5 min at last$/u });
  const [messages, ages] = screen.getAllByRole("table", { hidden: true });
  expect(messages?.querySelectorAll("tbody tr")).toHaveLength(3);
  expect(Array.from(ages?.querySelectorAll("td") ?? [], ({ textContent }) => textContent)).toEqual(["41 sec", "5 min"]);
});

test("health of another time is asked for, and again while somebody looks", async () => {
  vi.useFakeTimers();
  try {
    await open("/admin/health");
    fireEvent.change(screen.getByLabelText("Show"), { target: { value: "week" } });
    await act(settle);
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    await act(() => vi.advanceTimersByTimeAsync(300_000));
    hidden.mockRestore();
    expect(asked.map(([request]) => request)).toEqual([
      "GET /api/health/report?period=hour",
      "GET /api/health/report?period=week",
      "GET /api/health/report?period=week",
    ]);
    document.dispatchEvent(new Event("visibilitychange"));
    await act(settle);
    expect(asked).toHaveLength(4);
  } finally {
    vi.useRealTimers();
  }
});

test("where no store tells who is an administrator, health shows which stores answer", async () => {
  failure = Response.json({ error: { code: "unavailable", message: "Away.", details: {} } }, { status: 503 });
  await open("/admin/health");
  const tiles = Array.from(document.querySelectorAll("dl > div"), (tile) => tile.textContent);
  expect(tiles).toEqual([
    "Accounts and rooms (PostgreSQL)Attention: Does not answer",
    "Live messages (MongoDB)Answers",
    "History (Cassandra)Answers",
  ]);
  screen.getByText("How flushes went is not known while a store is away.");
});

test("health that could not be loaded is asked for again", async () => {
  failure = Response.json({ error: { code: "internal", message: "Something went wrong.", details: {} } }, { status: 500 });
  await open("/admin/health");
  await press("Try again");
  screen.getByText("Rooms behind");
});

test.each([
  [true, "What was said cannot be loaded at the moment. Open this page again later."],
  [false, "The message was deleted."],
])("a report without a text says why: unavailable %s", async (unavailable, sentence) => {
  reports = REPORTS.map((it) => ({ ...it, text: null, text_unavailable: unavailable }));
  await open("/admin/reports");
  screen.getByText(sentence);
  screen.getByRole("button", { name: "Close report" });
});
