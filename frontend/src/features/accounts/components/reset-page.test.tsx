// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { ApiClient } from "@/shared/api/api-client";
import { FakeEnvironment } from "@/shared/realtime/testing/fake-environment";
import { SessionContext } from "@/shared/services/services";
import { Session } from "@/shared/session/session";
import { noMemory } from "@/shared/storage/testing/no-memory";

import { LogInForm } from "./log-in-form";
import { ResetPage } from "./reset-page";

const asked: unknown[] = [];

/** A session whose server gives these answers, in turn. */
function session(...answers: readonly Response[]): Session {
  const left = [...answers];
  const api = new ApiClient({
    fetch: (_input, init) => {
      const { body } = init ?? {};
      asked.push(JSON.parse(typeof body === "string" ? body : "null"));
      return Promise.resolve(left.shift() ?? new Response(null, { status: 503 }));
    },
    exclusively: (task) => task(),
    onSessionEnded: () => undefined,
  });
  const environment = new FakeEnvironment();
  return new Session(api, environment, noMemory(environment));
}

function refused(status: number, code: string, message: string, fields: readonly string[] = []): Response {
  return Response.json({ error: { code, message, details: { fields } } }, { status });
}

afterEach(() => {
  cleanup();
  asked.length = 0;
  history.replaceState(null, "", "/");
});

test("the link's token leaves the address and sets the password once", async () => {
  history.replaceState(null, "", "/reset#token=secret");
  const done = vi.fn();
  const answers = [refused(400, "bad_request", "Too common.", ["password"]), new Response(null, { status: 204 })];
  render(
    <SessionContext value={session(...answers)}>
      <ResetPage onDone={done} />
    </SessionContext>,
  );
  expect(location.href).not.toContain("secret");
  fireEvent.change(screen.getByLabelText("New password"), { target: { value: "password" } });
  fireEvent.click(screen.getByRole("button", { name: "Set password" }));
  expect(await screen.findByText("Too common.")).toBeTruthy();
  fireEvent.change(screen.getByLabelText("New password"), { target: { value: "a better one" } });
  fireEvent.click(screen.getByRole("button", { name: "Set password" }));
  fireEvent.click(await screen.findByRole("button", { name: "Log in" }));
  expect(done).toHaveBeenCalledOnce();
  expect(asked).toEqual([
    { token: "secret", password: "password" },
    { token: "secret", password: "a better one" },
  ]);
});

test("a log-in asks for a code only when the server does", async () => {
  const answers = [refused(401, "second_factor", "Enter the code."), refused(401, "bad_credentials", "Wrong code.")];
  render(
    <SessionContext value={session(...answers)}>
      <LogInForm />
    </SessionContext>,
  );
  fireEvent.change(screen.getByLabelText("Name or email"), { target: { value: "ada" } });
  fireEvent.change(screen.getByLabelText("Password"), { target: { value: "correct horse" } });
  expect(screen.queryByLabelText("Code")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Log in" }));
  fireEvent.change(await screen.findByLabelText("Code"), { target: { value: "123456" } });
  fireEvent.click(screen.getByRole("button", { name: "Log in" }));
  expect(await screen.findByText("Wrong code.")).toBeTruthy();
  expect(asked).toEqual([
    { login: "ada", password: "correct horse", code: null },
    { login: "ada", password: "correct horse", code: "123456" },
  ]);
});
