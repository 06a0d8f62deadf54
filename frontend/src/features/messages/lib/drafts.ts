/** What was typed and not sent, by room, for as long as the page is open. */
const drafts = new Map<string, string>();

export function draftOf(room: string): string {
  return drafts.get(room) ?? "";
}

export function keepDraft(room: string, text: string): void {
  if (text === "") drafts.delete(room);
  else drafts.set(room, text);
}

/** For signing out: the next user of this device must not see them. */
export function forgetDrafts(): void {
  drafts.clear();
}
