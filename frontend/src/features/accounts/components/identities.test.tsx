// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import { FakeEnvironment } from "@/shared/realtime/testing/fake-environment";
import { SessionContext } from "@/shared/services/services";
import { Session } from "@/shared/session/session";
import { noMemory } from "@/shared/storage/testing/no-memory";

import { AccountCard } from "./account-card";
import { IdentitiesSection } from "./identities-section";
import { IdentityConsent } from "./identity-consent";

const asked: string[] = [];
const IDENTITY = { id: "01ARZ3NDEKTSV4RRFFQ69G5FAV", email: "ada@example.org", created_at: 1_767_225_600_000_000 };
const GRANTED = { access_token: "t", expires_in: 600, me: { id: "u", name: "Ada", email: "ada@example.org" } };

/** A session whose server gives these answers, by method and path. */
function session(answers: Readonly<Record<string, object | null>>): Session {
  const api = new ApiClient({
    fetch: (input, init) => {
      const request = `${init?.method ?? "GET"} ${typeof input === "string" ? input : ""}`;
      asked.push(request);
      const all: Readonly<Record<string, object | null>> = { "POST /api/auth/refresh": GRANTED, ...answers };
      const answer = Object.hasOwn(all, request) ? all[request] : undefined;
      if (answer === null) return Promise.resolve(new Response(null, { status: 204 }));
      return Promise.resolve(answer === undefined ? new Response(null, { status: 503 }) : Response.json(answer));
    },
    exclusively: (task) => task(),
    onSessionEnded: () => undefined,
  });
  const environment = new FakeEnvironment();
  return new Session(api, environment, noMemory(environment));
}

afterEach(() => {
  cleanup();
  asked.length = 0;
  history.replaceState(null, "", "/");
});

function logIn(provider: string | null) {
  const rule = { registration: "open", provider };
  render(
    <SessionContext value={session({ "GET /api/auth/registration": rule })}>
      <AccountCard begin="log-in" notice={null} />
    </SessionContext>,
  );
}

test("the log-in page leads to the provider where there is one", async () => {
  logIn("Example");
  const link = await screen.findByRole("link", { name: "Sign in with Example" });
  expect(link.getAttribute("href")).toBe("/api/auth/identity/start");
});

test("the log-in page leads to no provider where there is none", async () => {
  logIn(null);
  await waitFor(() => expect(asked).toContain("GET /api/auth/registration"));
  expect(screen.queryByRole("link")).toBeNull();
});

test("the log-in page says why the provider let nobody in", () => {
  history.replaceState(null, "", "/?identity=unverified");
  logIn(null);
  expect(screen.getByRole("status").textContent).toContain("no verified email address");
  expect(location.search).toBe("");
});

test("a second factor is asked for after the provider", async () => {
  history.replaceState(null, "", "/?identity=code");
  logIn(null);
  fireEvent.change(screen.getByLabelText("Code"), { target: { value: "123456" } });
  expect(screen.queryByLabelText("Password")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Continue" }));
  await waitFor(() => expect(asked).toContain("POST /api/auth/identity/code"));
});

test("nothing is connected before the user agrees", async () => {
  history.replaceState(null, "", "/?identity=connect");
  const listed = { provider: "Example", identities: [], asked: "ada@example.org" };
  const answers = { "GET /api/me/identities": listed, "POST /api/me/identities": null };
  render(
    <SessionContext value={session(answers)}>
      <IdentityConsent />
    </SessionContext>,
  );
  expect(await screen.findByText("Connect Example to your account?")).toBeTruthy();
  expect(asked).not.toContain("POST /api/me/identities");
  fireEvent.click(screen.getByRole("button", { name: "Connect" }));
  await waitFor(() => expect(screen.queryByText("Connect Example to your account?")).toBeNull());
  expect(asked).toContain("POST /api/me/identities");
  expect(location.search).toBe("");
});

test("the settings list what is connected, and disconnect it", async () => {
  const listed = { provider: "Example", identities: [IDENTITY], asked: null };
  const path = `POST /api/me/identities/${IDENTITY.id}/disconnect`;
  render(
    <SessionContext value={session({ "GET /api/me/identities": listed, [path]: null })}>
      <IdentitiesSection />
    </SessionContext>,
  );
  fireEvent.click(await screen.findByRole("button", { name: "Disconnect" }));
  await waitFor(() => expect(asked).toContain(path));
});
