import type { ApiClient } from "@/shared/api/api-client";
import type { Export, Message } from "@/shared/contract/types";

export interface ExportedFile extends Export {
  /** The user's own messages by the room's id. */
  readonly messages: Readonly<Record<string, readonly Message[]>>;
}

/** All there is of the user; the messages come in pages, so that no answer grows with them. */
export async function exportAccount(api: ApiClient): Promise<ExportedFile> {
  const account = await api.get("Export", "/me/export");
  const messages: Record<string, Message[]> = {};
  for (const { id } of account.rooms) {
    const own: Message[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: { messages: Message[]; next: number | null } = await api.get(
        "ExportedMessages",
        "/me/export/messages",
        { room: id, after },
      );
      own.push(...page.messages);
      after = page.next;
    }
    messages[id] = own;
  }
  return { ...account, messages };
}
