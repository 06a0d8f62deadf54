// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { drafts } from "@/features/messages/lib/drafts";
import { loadEmoji } from "@/features/messages/lib/emoji-names";
import { TEXT_LENGTH } from "@/shared/contract/limits";
import { settle, type FakeEnvironment } from "@/shared/realtime/testing/fake-environment";
import type { FakeServer } from "@/shared/realtime/testing/fake-server";
import { ADA, ROOM } from "@/shared/realtime/testing/fixtures";

import { openRoom } from "./testing/open-room";

let server: FakeServer;
let environment: FakeEnvironment;

beforeEach(async () => {
  ({ server, environment } = await openRoom());
});

afterEach(() => {
  cleanup();
  drafts.set(new Map());
});

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

test("what was typed is there again when one comes back to the room", async () => {
  type("half a thought");
  cleanup();
  await openRoom();
  expect(input().value).toBe("half a thought");
});

test("typing is told while there is text, and taken back without", async () => {
  type("h");
  type("");
  await act(settle);
  expect(environment.socket.actions("typing").map((frame) => frame.on)).toEqual([true, false]);
});

describe("a mention", () => {
  const options = () => screen.queryAllByRole("option").map((option) => option.textContent);

  test("is completed while it is typed, and sent as who is meant", async () => {
    type("hello @");
    await act(settle);
    type("hello @a");
    expect(options()).toEqual(["Ada"]);
    fireEvent.keyDown(input(), { key: "Enter" });
    expect(input().value).toBe("hello @Ada ");
    expect(options()).toEqual([]);
    fireEvent.keyDown(input(), { key: "Enter" });
    expect(said()).toEqual([`hello <@${ADA}>`]);
    screen.getByText("@Ada");
  });

  test("is left alone by Escape, and then Enter sends what was typed", async () => {
    type("@");
    await act(settle);
    type("@a");
    fireEvent.keyDown(input(), { key: "Escape" });
    expect(options()).toEqual([]);
    fireEvent.keyDown(input(), { key: "Enter" });
    expect(said()).toEqual(["@a"]);
  });

  test("counts with what it is stored as", () => {
    type(`${"x".repeat(TEXT_LENGTH - 10)} @Ada`);
    screen.getByText("20 characters too long: shorten it to send it");
  });
});

describe("an emoji", () => {
  // What is loaded on demand may take its time on a busy machine; from then on it is there.
  beforeAll(loadEmoji);

  const options = () => screen.queryAllByRole("option").map((option) => option.textContent);
  const known = (text: string) => vi.waitFor(() => expect(options()).toContain(text));

  test("is completed by its name while that is typed", async () => {
    type("well done :tad");
    await known("🎉 :tada:");
    fireEvent.keyDown(input(), { key: "Enter" });
    expect(input().value).toBe("well done 🎉 ");
    expect(options()).toEqual([]);
    expect(said()).toEqual([]);
  });

  test("takes the place of its name with the colon that ends it", async () => {
    type(":tada");
    await known("🎉 :tada:");
    type(":tada:");
    expect(input().value).toBe("🎉");
  });

  test("is left alone by Escape", async () => {
    type(":tad");
    await known("🎉 :tada:");
    fireEvent.keyDown(input(), { key: "Escape" });
    expect(options()).toEqual([]);
    type(":tada:");
    expect(input().value).toBe(":tada:");
  });
});

describe("in place of the field", () => {
  test("who is muted reads so, and may write again once that ends", async () => {
    cleanup();
    const { realtime } = await openRoom(undefined, { muted: true });
    expect(screen.queryByRole("textbox")).toBeNull();
    screen.getByText(/^You are muted in this room/u);
    const room = realtime.rooms.get().get(ROOM);
    if (room === undefined) throw new Error("the room is gone");
    act(() => realtime.addRoom({ ...room, muted: false }));
    input();
  });

  test("whoever blocked may lift it, and the other is not told who it was", async () => {
    cleanup();
    const { realtime } = await openRoom(undefined, { kind: "dm", peer: ADA, blocked: true });
    expect(screen.queryByRole("textbox")).toBeNull();
    screen.getByText("You cannot write here: one of you has blocked the other.");
    expect(screen.queryByRole("button", { name: "Unblock" })).toBeNull();
    act(() => realtime.blocks.learn({ version: 1, users: [ADA] }));
    screen.getByText(/^You have blocked /u);
    fireEvent.click(screen.getByRole("button", { name: "Unblock" }));
    await act(settle);
    expect(realtime.hasBlocked(ADA)).toBe(false);
  });

  test("an archived room says that it is", async () => {
    cleanup();
    await openRoom(undefined, { archived: true, role: "owner" });
    expect(screen.queryByRole("textbox")).toBeNull();
    screen.getByText(/^This room is archived/u);
  });
});

test("a room is completed by its name, and sent as which is meant", () => {
  type("see #gen");
  expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual(["#general"]);
  fireEvent.keyDown(input(), { key: "Enter" });
  expect(input().value).toBe("see #general ");
  fireEvent.keyDown(input(), { key: "Enter" });
  expect(said()).toEqual([`see <#${ROOM}>`]);
  expect(screen.getByRole("link", { name: "#general" }).getAttribute("href")).toBe(`/rooms/${ROOM}`);
});

describe("the emoji dialog", () => {
  test("puts what is chosen where the caret is", async () => {
    type("well  done");
    input().setSelectionRange(5, 5);
    fireEvent.click(screen.getByRole("button", { name: "Emoji" }));
    const field = screen.getByRole("searchbox", { name: "Find an emoji" });
    await screen.findByRole("button", { name: "grinning face" });
    fireEvent.change(field, { target: { value: "owl" } });
    fireEvent.submit(field);
    expect(input().value).toBe("well 🦉 done");
    expect(screen.queryByRole("dialog")).toBeNull();
    await vi.waitFor(() => expect(document.activeElement).toBe(input()));
    expect(input().selectionStart).toBe("well 🦉".length);
  });

  test("leads with the arrow keys from the field to the emoji and back", async () => {
    fireEvent.click(screen.getByRole("button", { name: "Emoji" }));
    const field = screen.getByRole("searchbox", { name: "Find an emoji" });
    await screen.findByRole("button", { name: "grinning face" });
    fireEvent.keyDown(field, { key: "ArrowDown" });
    expect(document.activeElement?.getAttribute("aria-label")).toBe("thumbs up");
    fireEvent.keyDown(document.activeElement ?? field, { key: "ArrowRight" });
    expect(document.activeElement?.getAttribute("aria-label")).toBe("red heart");
    fireEvent.keyDown(document.activeElement ?? field, { key: "ArrowLeft" });
    fireEvent.keyDown(document.activeElement ?? field, { key: "ArrowUp" });
    expect(document.activeElement).toBe(field);
  });
});
