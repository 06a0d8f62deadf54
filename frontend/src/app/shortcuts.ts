/** The keys that work wherever one is in the app. */
export type Shortcut = "switch" | "help" | "previous" | "next" | "previous-unread" | "next-unread";

type Keys = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">;

/** What the keys stand for, or null. */
export function shortcutOf({ key, altKey, ctrlKey, metaKey, shiftKey }: Keys): Shortcut | null {
  const command = ctrlKey || metaKey;
  // On some keyboards the slash needs Shift.
  if (command && !altKey && key === "/") return "help";
  if (command && !altKey && !shiftKey && key.toLowerCase() === "k") return "switch";
  if (!altKey || command) return null;
  if (key === "ArrowUp") return shiftKey ? "previous-unread" : "previous";
  if (key === "ArrowDown") return shiftKey ? "next-unread" : "next";
  return null;
}
