/** What was typed and not sent, and which message it answers, by room. Kept on the device, and wiped with signing out. */
import { createStore } from "@/shared/lib/store";
import type { Draft } from "@/shared/storage/database";

const NONE: Draft = { text: "", replyTo: null };

export const drafts = createStore<ReadonlyMap<string, Draft>>(new Map());

export function draftOf(room: string): string {
  return draft(room).text;
}

export function keepDraft(room: string, text: string): void {
  keep(room, { ...draft(room), text });
}

/** The number of the message that the draft answers. */
export function replyOf(room: string): number | null {
  return draft(room).replyTo;
}

export function keepReply(room: string, replyTo: number | null): void {
  keep(room, { ...draft(room), replyTo });
}

function draft(room: string): Draft {
  return drafts.get().get(room) ?? NONE;
}

function keep(room: string, { text, replyTo }: Draft): void {
  const present = draft(room);
  if (present.text === text && present.replyTo === replyTo) return;
  const all = new Map(drafts.get());
  if (text === "" && replyTo === null) all.delete(room);
  else all.set(room, { text, replyTo });
  drafts.set(all);
}
