import { useState } from "react";

import type { RoomLog } from "@/shared/realtime/room-log";
import { useUser } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";

/** Says new messages of others to screen readers, politely; never the history that is loaded. */
export function Announcer({ log }: { readonly log: RoomLog }) {
  const { me } = useRealtime();
  const [begun] = useState(log.n);
  const last = log.messages[log.messages.length - 1];
  const name = useUser(last?.sender ?? "")?.name ?? "Somebody";
  const news = last !== undefined && last.n > begun && last.sender !== me.id;
  return (
    <p className="visually-hidden" aria-live="polite">
      {news && `${name}: ${last.text}`}
    </p>
  );
}
