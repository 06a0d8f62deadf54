import { useState } from "react";

import { plainText } from "@/features/messages/lib/plain-text";
import type { RoomLog } from "@/shared/realtime/room-log";
import { useHasBlocked, useRooms, useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

/** Says new messages of others to screen readers, politely; never the history that is loaded. */
export function Announcer({ log }: { readonly log: RoomLog }) {
  const texts = useTexts();
  const { me } = useRealtime();
  const [begun] = useState(log.n);
  const users = useUsers();
  const rooms = useRooms();
  const last = log.messages[log.messages.length - 1];
  const blocked = useHasBlocked(last?.sender ?? "");
  const news = last !== undefined && last.n > begun && last.sender !== me.id && !blocked && last.deleted_at === null;
  const text = plainText(last?.text ?? "", users, rooms);
  return (
    <p className="visually-hidden" aria-live="polite">
      {news && texts.messages.saidBy(users.get(last.sender)?.name ?? texts.common.somebody, text)}
    </p>
  );
}
