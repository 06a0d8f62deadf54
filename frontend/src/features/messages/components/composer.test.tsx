// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { forgetDrafts } from "@/features/messages/lib/drafts";
import { TEXT_LENGTH } from "@/shared/contract/limits";
import { Realtime } from "@/shared/realtime/realtime";
import { FakeEnvironment, settle } from "@/shared/realtime/testing/fake-environment";
import { FakeServer } from "@/shared/realtime/testing/fake-server";
import { bootstrap, ROOM } from "@/shared/realtime/testing/fixtures";
import { RealtimeContext } from "@/shared/services/services";

import { Composer } from "./composer";

let server: FakeServer;
let environment: FakeEnvironment;
let realtime: Realtime;

beforeEach(async () => {
  environment = new FakeEnvironment();
  server = new FakeServer(environment);
  realtime = new Realtime(bootstrap(), { environment, requests: server.rest, onEnded: () => undefined });
  realtime.start();
  await settle();
  show();
});

afterEach(() => {
  cleanup();
  forgetDrafts();
});

function show(): void {
  render(
    <RealtimeContext value={realtime}>
      <Composer room={ROOM} title="general" />
    </RealtimeContext>,
  );
}

const input = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message general" });
const said = () => server.messages.map((message) => message.text);

function type(text: string): void {
  fireEvent.change(input(), { target: { value: text } });
}

describe("Enter", () => {
  test("sends, and empties the field", () => {
    type("hello");
    fireEvent.keyDown(input(), { key: "Enter" });
    expect(said()).toEqual(["hello"]);
    expect(input().value).toBe("");
  });

  test("with Shift does not send", () => {
    type("hello");
    expect(fireEvent.keyDown(input(), { key: "Enter", shiftKey: true })).toBe(true);
    expect(said()).toEqual([]);
  });

  test("that ends an input method's composition does not send, whichever way the browser tells it", () => {
    type("こんにちは");
    fireEvent.keyDown(input(), { key: "Enter", isComposing: true });
    fireEvent.keyDown(input(), { key: "Enter", keyCode: 229 });
    expect(said()).toEqual([]);
    expect(input().value).toBe("こんにちは");
  });

  test("sends nothing where there is nothing to see", () => {
    type(" \n ");
    fireEvent.keyDown(input(), { key: "Enter" });
    expect(said()).toEqual([]);
  });
});

describe("the limit", () => {
  test("is counted in characters, shown when near, and keeps what is too long", () => {
    type("😀".repeat(TEXT_LENGTH - 1));
    screen.getByText("1 character left");
    type("😀".repeat(TEXT_LENGTH + 2));
    screen.getByText("2 characters too long: shorten it to send it");
    fireEvent.keyDown(input(), { key: "Enter" });
    expect(said()).toEqual([]);
    expect(input().value).not.toBe("");
  });
});

test("what was typed is there again when one comes back to the room", () => {
  type("half a thought");
  cleanup();
  show();
  expect(input().value).toBe("half a thought");
});

test("typing is told while there is text, and taken back without", async () => {
  type("h");
  type("");
  await act(settle);
  expect(environment.socket.actions("typing").map((frame) => frame.on)).toEqual([true, false]);
});
