// @vitest-environment happy-dom
import { act, cleanup, fireEvent, type queries, screen, within, type BoundFunctions } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { drafts } from "@/features/messages/lib/drafts";
import { ApiError } from "@/shared/api/api-error";
import { settle } from "@/shared/realtime/testing/fake-environment";
import { ADA, ME, ROOM } from "@/shared/realtime/testing/fixtures";

import { openRoom, type OpenRoom } from "./testing/open-room";

// What is loaded on demand may take its time on a busy machine; from then on it is there.
beforeAll(() => import("@/features/messages/lib/highlight"));

afterEach(() => {
  cleanup();
  drafts.set(new Map());
});

const composer = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message general" });
const editor = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Edit message" });
const line = (n: number): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-n="${n}"]`);
  if (found === null) throw new Error(`message ${n} is not shown`);
  return found;
};

/** The tools of message n, which come out with the focus. */
function tools(n: number): BoundFunctions<typeof queries> {
  act(() => line(n).focus());
  return within(within(line(n)).getByRole("toolbar"));
}

async function press(button: HTMLElement): Promise<void> {
  fireEvent.click(button);
  await act(settle);
}

const conversing = (room: OpenRoom) => room.server.messages.map(({ text }) => text);

function ownAndOthers(server: OpenRoom["server"]): void {
  server.othersDo({ type: "message.created", sender: ME, text: "my words", reply_to: null, mentions: [] });
  server.othersSay("their words");
}

describe("editing", () => {
  test("begins with Up in an empty composer, at the last own message, and ends with Enter", async () => {
    const room = await openRoom(ownAndOthers);
    fireEvent.keyDown(composer(), { key: "ArrowUp" });
    expect(editor().value).toBe("my words");
    fireEvent.change(editor(), { target: { value: "better words" } });
    fireEvent.keyDown(editor(), { key: "Enter" });
    within(line(1)).getByText("better words");
    await act(settle);
    expect(conversing(room)).toEqual(["better words", "their words"]);
    within(line(1)).getByRole("button", { name: "Edited: show earlier versions" });
  });

  test("is left by Escape with the text as it was", async () => {
    const room = await openRoom(ownAndOthers);
    await press(tools(1).getByRole("button", { name: "Edit" }));
    fireEvent.change(editor(), { target: { value: "never mind" } });
    fireEvent.keyDown(editor(), { key: "Escape" });
    within(line(1)).getByText("my words");
    await act(settle);
    expect(room.server.log).toHaveLength(2);
  });

  test("keeps mentions, which are edited as names", async () => {
    const room = await openRoom((server) =>
      server.othersDo({ type: "message.created", sender: ME, text: `<@${ADA}> hi`, reply_to: null, mentions: [ADA] }),
    );
    fireEvent.keyDown(composer(), { key: "ArrowUp" });
    expect(editor().value).toBe("@Ada hi");
    fireEvent.change(editor(), { target: { value: "@Ada hello" } });
    fireEvent.keyDown(editor(), { key: "Enter" });
    await act(settle);
    expect(conversing(room)).toEqual([`<@${ADA}> hello`]);
  });

  test("Up moves the caret where something is written", async () => {
    await openRoom(ownAndOthers);
    fireEvent.change(composer(), { target: { value: "text" } });
    fireEvent.keyDown(composer(), { key: "ArrowUp" });
    expect(screen.queryByRole("textbox", { name: "Edit message" })).toBeNull();
  });

  test("that is refused is undone, and it is said why until that is put away", async () => {
    const room = await openRoom(ownAndOthers);
    room.server.refusal = new ApiError("not_found", "The message has been deleted.");
    fireEvent.keyDown(composer(), { key: "ArrowUp" });
    fireEvent.change(editor(), { target: { value: "better words" } });
    fireEvent.keyDown(editor(), { key: "Enter" });
    await act(settle);
    within(line(1)).getByText("my words");
    const notice = screen.getByText("Your edit was not saved. The message has been deleted.");
    await press(screen.getByRole("button", { name: "Dismiss" }));
    expect(notice.isConnected).toBe(false);
  });
});

describe("of somebody who is blocked", () => {
  test("a message is folded, opened at will, and quoted by nobody's answer", async () => {
    const { realtime } = await openRoom((server) => {
      server.othersSay("their words");
      server.othersDo({ type: "message.created", sender: ME, text: "my answer", reply_to: 1, mentions: [] });
    });
    act(() => realtime.blocks.learn({ version: 1, users: [ADA] }));
    expect(screen.queryByText("their words")).toBeNull();
    within(line(2)).getByText("Message of somebody you blocked");
    await press(within(line(1)).getByRole("button", { name: "Show the message of somebody you blocked" }));
    within(line(1)).getByText("their words");
    act(() => realtime.blocks.learn({ version: 2, users: [] }));
    within(line(2)).getByText("their words");
  });
});

describe("deleting", () => {
  test("asks first, and leaves the place with a word", async () => {
    const room = await openRoom(ownAndOthers);
    await press(tools(1).getByRole("button", { name: "Delete" }));
    expect(conversing(room)).toEqual(["my words", "their words"]);
    await press(within(screen.getByRole("dialog")).getByRole("button", { name: "Delete" }));
    within(line(1)).getByText("This message was deleted");
    expect(conversing(room)).toEqual(["", "their words"]);
  });

  test("is for one's own messages, and for all in a room of one's own", async () => {
    await openRoom(ownAndOthers);
    expect(tools(2).queryByRole("button", { name: "Delete" })).toBeNull();
    expect(tools(2).queryByRole("button", { name: "Edit" })).toBeNull();
    cleanup();
    await openRoom(ownAndOthers, { role: "owner" });
    tools(2).getByRole("button", { name: "Delete" });
    expect(tools(2).queryByRole("button", { name: "Edit" })).toBeNull();
  });

  test("is for all messages to who moderates the room, and for none once it is archived", async () => {
    await openRoom(ownAndOthers, { role: "moderator" });
    tools(2).getByRole("button", { name: "Delete" });
    cleanup();
    await openRoom(ownAndOthers, { role: "owner", archived: true });
    for (const n of [1, 2]) {
      const names = tools(n)
        .getAllByRole("button")
        .map((button) => button.getAttribute("aria-label"));
      expect(names).toEqual(["Copy text", "Copy link", "Mark unread from here", ...(n === 2 ? ["Report"] : [])]);
    }
  });

  test("leaves nothing to do with the message but to mark it unread", async () => {
    const room = await openRoom(ownAndOthers);
    act(() => room.server.othersDo({ type: "message.deleted", sender: ME, target: 1 }));
    const names = tools(1)
      .getAllByRole("button")
      .map((button) => button.getAttribute("aria-label"));
    expect(names).toEqual(["Mark unread from here"]);
  });
});

describe("reacting", () => {
  test("a click on an emoji adds it, a click on what is there takes it back", async () => {
    const room = await openRoom(ownAndOthers);
    await press(tools(2).getByRole("button", { name: "React" }));
    await press(within(line(2)).getByRole("button", { name: "React with 🎉" }));
    expect(room.server.messages[1]?.reactions).toEqual([{ emoji: "🎉", users: [ME] }]);
    const reaction = within(line(2)).getByRole("button", { name: "🎉 1: you" });
    expect(reaction.getAttribute("aria-pressed")).toBe("true");
    await press(reaction);
    expect(room.server.messages[1]?.reactions).toEqual([]);
  });

  test("any other emoji can be looked for, and where nothing is found nothing happens", async () => {
    const room = await openRoom(ownAndOthers);
    await press(tools(2).getByRole("button", { name: "React" }));
    await press(within(line(2)).getByRole("button", { name: "All emoji" }));
    const dialog = within(screen.getByRole("dialog", { name: "React with" }));
    const field = dialog.getByRole("searchbox", { name: "Find an emoji" });
    await dialog.findByRole("button", { name: "grinning face" });
    fireEvent.change(field, { target: { value: "no such thing" } });
    fireEvent.submit(field);
    dialog.getByText("There is no emoji of that name.");
    fireEvent.change(field, { target: { value: "owl" } });
    await press(dialog.getByRole("button", { name: "owl" }));
    expect(room.server.messages[1]?.reactions).toEqual([{ emoji: "🦉", users: [ME] }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  test("of others is shown with their names", async () => {
    const room = await openRoom(ownAndOthers);
    act(() => room.server.othersDo({ type: "reaction.added", sender: ADA, target: 1, emoji: "👍" }));
    const reaction = within(line(1)).getByRole("button", { name: "👍 1: Ada" });
    expect(reaction.getAttribute("aria-pressed")).toBe("false");
  });
});

describe("answering", () => {
  test("says above the composer and above the answer what it answers", async () => {
    const room = await openRoom(ownAndOthers);
    await press(tools(2).getByRole("button", { name: "Reply" }));
    screen.getByText("Replying to");
    fireEvent.change(composer(), { target: { value: "indeed" } });
    fireEvent.keyDown(composer(), { key: "Enter" });
    await act(settle);
    expect(room.server.messages[2]).toMatchObject({ text: "indeed", reply_to: 2 });
    expect(screen.queryByText("Replying to")).toBeNull();
    const quote = within(line(3)).getByRole("button", { name: /^In answer to/u });
    expect(quote.textContent).toBe("In answer to Ada their words");
    act(() => room.server.othersDo({ type: "message.deleted", sender: ADA, target: 2 }));
    expect(quote.textContent).toBe("In answer to Ada This message was deleted");
  });

  test("is left by Escape", async () => {
    await openRoom(ownAndOthers);
    await press(tools(2).getByRole("button", { name: "Reply" }));
    fireEvent.keyDown(composer(), { key: "Escape" });
    expect(screen.queryByText("Replying to")).toBeNull();
  });

  test("what is answered far above is quoted, and a click loads all up to it and leads there", async () => {
    await openRoom((server) => {
      for (let count = 1; count <= 30; count += 1) server.othersSay(`message ${count}`);
      server.othersSay("that first one", 1);
    });
    // Without a layout all is near the top, so older messages load until none are left: the quote is there before.
    const quote = within(line(31)).getByRole("button", { name: /^In answer to/u });
    expect(quote.textContent).toBe("In answer to Ada message 1");
    await press(quote);
    expect(line(1).className).toContain("found");
  });
});

describe("what is unread", () => {
  test("begins with a divider, where it began when the room was opened", async () => {
    const room = await openRoom((server) => {
      for (const text of ["one", "two", "three"]) server.othersSay(text);
      server.marker = { n: 1, version: 0 };
    });
    const above = (): string | null => document.querySelector("[data-unread]")?.nextElementSibling?.textContent ?? null;
    expect(above()).toContain("two");
    act(() => room.server.othersSay("four"));
    expect(above()).toContain("two");
  });

  test("is told to the server when it is in sight, and begins anew where one says", async () => {
    const room = await openRoom((server) => {
      for (const text of ["one", "two", "three"]) server.othersSay(text);
    });
    expect(room.server.marker).toEqual({ n: 3, version: 0 });
    await press(tools(2).getByRole("button", { name: "Mark unread from here" }));
    await act(() => room.environment.advance(1_000));
    expect(room.server.marker).toEqual({ n: 1, version: 1 });
    expect(document.querySelector("[data-unread]")?.nextElementSibling?.textContent).toContain("two");
  });
});

test("of a long conversation only what is around the reader is rendered, and all of it has room", async () => {
  const room = await openRoom(undefined, {}, undefined, 800);
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, 0, 600, 60));
  await act(async () => {
    for (let count = 0; count < 300; count += 1) {
      const sender = count % 2 === 0 ? ADA : ME;
      room.server.othersDo({ type: "message.created", sender, text: `text ${count}`, reply_to: null, mentions: [] });
    }
    await settle();
  });
  const lines = document.querySelectorAll("[data-n]");
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.length).toBeLessThan(60);
  const list = document.querySelector<HTMLElement>("[data-index]")?.parentElement;
  expect(parseFloat(list?.style.blockSize ?? "")).toBeGreaterThan(15_000);
});

describe("versions", () => {
  const before = (server: OpenRoom["server"]): void => {
    server.othersSay("first words");
    server.othersDo({ type: "message.edited", sender: ADA, target: 1, text: "other words", mentions: [] });
  };

  test("are shown to the room's owner, the newest first", async () => {
    const texts = ["first words", "other words"];
    const versions = texts.map((text, index) => ({ seq: index + 1, ts: index, sender: ADA, text }));
    await openRoom(before, { role: "owner" }, { versions });
    await press(within(line(1)).getByRole("button", { name: "Edited: show earlier versions" }));
    const items = within(screen.getByRole("dialog")).getAllByRole("listitem");
    expect(items.map((item) => item.lastChild?.textContent)).toEqual(texts.toReversed());
  });

  test("are not offered to others", async () => {
    await openRoom(before);
    within(line(1)).getByText("(edited)");
    expect(within(line(1)).queryByRole("button", { name: /^Edited/u })).toBeNull();
  });
});

test("arrow keys lead from message to message, and Escape back to the list", async () => {
  await openRoom(ownAndOthers);
  const list = screen.getByRole("log");
  act(() => list.focus());
  act(() => line(2).focus());
  fireEvent.keyDown(line(2), { key: "ArrowUp" });
  expect(document.activeElement).toBe(line(1));
  fireEvent.keyDown(line(1), { key: "Escape" });
  expect(document.activeElement).toBe(list);
});

test("a mention of the reader is called by name like any other", async () => {
  await openRoom((server) => server.othersSay(`hello <@${ME}>`));
  expect(line(1).textContent).toContain("hello @Me");
});

test("a room is a link for who is in it, a private room for others, and edited as a name", async () => {
  const text = `see <#${ROOM}> and <#${ADA}>`;
  await openRoom((server) => server.othersDo({ type: "message.created", sender: ME, text, reply_to: null, mentions: [] }));
  expect(line(1).textContent).toContain("see #general and private room");
  expect(within(line(1)).getAllByRole("link")).toHaveLength(1);
  fireEvent.keyDown(composer(), { key: "ArrowUp" });
  expect(editor().value).toBe(`see #general and <#${ADA}>`);
});

test("marks are shown as what they mean, code gets its colours without another text, and editing shows the marks", async () => {
  const code = "const a = 1; // one";
  const text = `**bold** [here](https://a.example/)\n- item\n\n\`\`\`ts\n${code}\n\`\`\``;
  await openRoom((server) =>
    server.othersDo({ type: "message.created", sender: ME, text, reply_to: null, mentions: [] }),
  );
  expect(within(line(1)).getByText("bold").tagName).toBe("STRONG");
  within(line(1)).getByText("item");
  const link = within(line(1)).getByRole("link", { name: "here" });
  expect(link.getAttribute("href")).toBe("https://a.example/");
  expect(link.getAttribute("rel")).toBe("noopener noreferrer nofollow");
  const block = within(line(1)).getByRole("group", { name: "Code in ts" });
  expect(block.textContent).toBe(code);
  await vi.waitFor(() => expect(block.querySelector('[data-kind="keyword"]')?.textContent).toBe("const"));
  expect(block.textContent).toBe(code);
  fireEvent.keyDown(composer(), { key: "ArrowUp" });
  expect(editor().value).toBe(text);
});

describe("a jump to a day", () => {
  const dialog = () => within(screen.getByRole("dialog", { name: "Jump to a day" }));

  test("begins with the divider's day, and leads to its first message", async () => {
    await openRoom(ownAndOthers);
    await press(screen.getByTitle("Jump to a day"));
    await press(dialog().getByRole("button", { name: "Jump" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(line(1).dataset.found).toBe("true");
  });

  test("says where there is no day, and where nothing was said since", async () => {
    await openRoom(ownAndOthers);
    await press(screen.getByTitle("Jump to a day"));
    const day = dialog().getByLabelText("Day");
    for (const [value, answer] of [
      ["", "Enter a day."],
      ["2030-01-01", "Nothing was said on that day, nor since."],
    ] as const) {
      fireEvent.change(day, { target: { value } });
      await press(dialog().getByRole("button", { name: "Jump" }));
      dialog().getByText(answer);
    }
  });
});

describe("a report", () => {
  test("is of others' messages only, wants a reason, and is answered", async () => {
    await openRoom(ownAndOthers);
    expect(tools(1).queryByRole("button", { name: "Report" })).toBeNull();
    await press(tools(2).getByRole("button", { name: "Report" }));
    const dialog = within(screen.getByRole("dialog", { name: "Report this message" }));
    const send = dialog.getByRole<HTMLButtonElement>("button", { name: "Report" });
    expect(send.disabled).toBe(true);
    fireEvent.click(dialog.getByLabelText("Spam or advertising"));
    fireEvent.change(dialog.getByLabelText(/^Anything/u), { target: { value: "the third today" } });
    await press(send);
    dialog.getByText("The administrators have been told. Nobody else learns of your report.");
    await press(dialog.getByRole("button", { name: "Done" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
