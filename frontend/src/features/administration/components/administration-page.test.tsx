// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import type { AuditEntry, Granted, Invite, Report, UserRole } from "@/shared/contract/types";
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
    ...{ closed_at: null, closed_by: null, outcome: null, text: "Buy my watches" },
  },
];

/** What was asked, and with what body. */
let asked: [string, unknown][];
let invites: Invite[];
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
    return Response.json({ reports: url.searchParams.get("state") === "open" ? REPORTS : [], more: false });
  }
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
