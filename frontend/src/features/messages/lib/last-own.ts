import { amended } from "@/shared/realtime/amendments";
import type { Conversation } from "@/shared/realtime/conversation";

/** Number of the user's last message that is there, among the loaded ones. */
export function lastOwn({ log, amendments }: Conversation, me: string): number | null {
  const { messages, low } = log.get();
  const shown = amended(messages, low, amendments.pending.get());
  return shown.findLast((message) => message.sender === me && message.deleted_at === null)?.n ?? null;
}
