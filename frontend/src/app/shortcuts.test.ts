import { expect, test } from "vitest";

import { shortcutOf, type Shortcut } from "./shortcuts";

const keys = (text: string) => {
  const parts = text.split("+");
  const has = (name: string) => parts.includes(name);
  const key = parts[parts.length - 1] ?? "";
  return { key, altKey: has("Alt"), ctrlKey: has("Ctrl"), metaKey: has("Cmd"), shiftKey: has("Shift") };
};

test.each<[string, Shortcut | null]>([
  ["Ctrl+k", "switch"],
  ["Cmd+k", "switch"],
  ["Ctrl+K", "switch"],
  ["Ctrl+Shift+k", null],
  ["Ctrl+/", "help"],
  ["Cmd+Shift+/", "help"],
  ["Alt+ArrowUp", "previous"],
  ["Alt+ArrowDown", "next"],
  ["Alt+Shift+ArrowUp", "previous-unread"],
  ["Alt+Shift+ArrowDown", "next-unread"],
  ["Ctrl+Alt+ArrowUp", null],
  ["ArrowUp", null],
  ["k", null],
  ["/", null],
])("%s: %s", (text, shortcut) => {
  expect(shortcutOf(keys(text))).toBe(shortcut);
});
