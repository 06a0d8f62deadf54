// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";

import { awaitMessage } from "@/features/messages/lib/jump";
import { messageLink } from "@/features/messages/lib/message-link";
import { createPaneState } from "@/features/messages/lib/pane";
import { rightsIn } from "@/features/messages/lib/rights";
import { settle } from "@/shared/realtime/testing/fake-environment";
import { ADA, ROOM } from "@/shared/realtime/testing/fixtures";

import { openRoom, type OpenRoom } from "./testing/open-room";

afterEach(cleanup);

const line = (n: number) => document.querySelector<HTMLElement>(`[data-n="${n}"]`);
const found = () => document.querySelector<HTMLElement>("[data-found]")?.dataset.n;

/** The room with so many messages, opened by a link to message n. */
function openLink(n: number, messages: number): Promise<OpenRoom> {
  const fill = (server: OpenRoom["server"]): void => {
    for (let count = 1; count <= messages; count += 1) server.othersSay(`text ${count}`);
  };
  return openRoom(fill, {}, undefined, undefined, n);
}

describe("a link to a message", () => {
  test("is copied with the message's tools", async () => {
    await openRoom((server) => server.othersSay("worth a look"));
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    act(() => line(1)?.focus());
    fireEvent.click(within(screen.getByRole("toolbar")).getByRole("button", { name: "Copy link" }));
    await act(settle);
    expect(write).toHaveBeenCalledWith(messageLink(location.origin, ROOM, 1));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("that cannot be copied is told so", async () => {
    await openRoom((server) => server.othersSay("worth a look"));
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("no", "NotAllowedError"));
    act(() => line(1)?.focus());
    fireEvent.click(within(screen.getByRole("toolbar")).getByRole("button", { name: "Copy link" }));
    await act(settle);
    screen.getByText("The link could not be copied. Allow this page to use the clipboard and try again.");
  });

  test("leads to it, however many pages up, and marks it", async () => {
    await openLink(2, 40);
    await vi.waitFor(async () => {
      await act(settle);
      expect(found()).toBe("2");
    });
    expect(line(2)?.textContent).toContain("text 2");
  });

  test("leads to one that is said only when the page is open", async () => {
    const room = await openLink(4, 3);
    expect(found()).toBeUndefined();
    await act(() => {
      room.server.othersSay("text 4");
      return settle();
    });
    expect(found()).toBe("4");
  });

  test.each([0, 4])("to message %d of three says that there is none", async (n) => {
    await openLink(n, 3);
    screen.getByText("The room has no such message. Check the link that led you here.");
    expect(found()).toBeUndefined();
  });

  test("that leads too far up says to scroll", async () => {
    await openLink(1, 5_100);
    screen.getByText("That message is more than 5,000 messages up. Scroll up to find it.");
    expect(found()).toBeUndefined();
  });

  test("says so when it cannot be asked whether there is such a message", async () => {
    const { server, realtime } = await openRoom((fake) => fake.othersSay("text 1"));
    const conversation = realtime.conversations.get().get(ROOM);
    const room = realtime.rooms.get().get(ROOM);
    if (conversation === undefined || room === undefined) throw new Error("the room is open");
    server.reachable = false;
    const state = createPaneState(ROOM, 9);
    await awaitMessage({ conversation, state, rights: rightsIn(room, false), touch: false }, 9);
    expect(state.get()).toMatchObject({
      sought: null,
      notice: "That message could not be loaded. Try again in a moment.",
    });
  });

  test("to a deleted message shows its place", async () => {
    await openRoom(
      (server) => {
        server.othersSay("text 1");
        server.othersDo({ type: "message.deleted", sender: ADA, target: 1 });
        server.othersSay("text 2");
      },
      {},
      undefined,
      undefined,
      1,
    );
    expect(found()).toBe("1");
    expect(line(1)?.textContent).toContain("This message was deleted");
  });
});
