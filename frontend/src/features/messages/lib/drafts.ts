/** What was typed and not sent, and which message it answers, by room, for as long as the page is open. */
const drafts = new Map<string, string>();
const replies = new Map<string, number>();

export function draftOf(room: string): string {
  return drafts.get(room) ?? "";
}

export function keepDraft(room: string, text: string): void {
  if (text === "") drafts.delete(room);
  else drafts.set(room, text);
}

/** The number of the message that the draft answers. */
export function replyOf(room: string): number | null {
  return replies.get(room) ?? null;
}

export function keepReply(room: string, n: number | null): void {
  if (n === null) replies.delete(room);
  else replies.set(room, n);
}

/** For signing out: the next user of this device must not see them. */
export function forgetDrafts(): void {
  drafts.clear();
  replies.clear();
}
