import { useState } from "react";

import { makeInvite } from "@/features/rooms/api/invites";
import { archiveRoom, deleteRoom } from "@/shared/api/end-room";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import type { Room } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./dialogs.module.css";

interface RoomActionsProps {
  readonly room: Room;
  readonly onClose: () => void;
}

/** What an owner can do with a room beside naming it: invite, archive, delete. */
export function RoomActions({ room, onClose }: RoomActionsProps) {
  const texts = useTexts();
  const api = useApi();
  const realtime = useRealtime();
  const [code, setCode] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const invite = useAction(async () => setCode((await makeInvite(api, room.id)).token));
  const archive = useAction(async () => {
    await archiveRoom(api, room.id, !room.archived);
    onClose();
  });
  const remove = useAction(async () => {
    await deleteRoom(api, room.id);
    onClose();
    realtime.removeRoom(room.id);
  });
  return (
    <section className={styles.form} aria-label={texts.rooms.more}>
      <Problem problem={invite.problem ?? archive.problem ?? remove.problem} />
      <div className={styles.buttons}>
        {!room.archived && (
          <Button small busy={invite.busy} onClick={() => void invite.run()}>
            {texts.rooms.makeCode}
          </Button>
        )}
        <Button small busy={archive.busy} onClick={() => void archive.run()}>
          {room.archived ? texts.rooms.openAgain : texts.rooms.archive}
        </Button>
        <Button small look="danger" busy={remove.busy} onClick={() => (sure ? void remove.run() : setSure(true))}>
          {sure ? texts.rooms.deleteForEverybody : texts.rooms.delete}
        </Button>
      </div>
      {sure && <p role="status">{texts.rooms.deleteConsequence}</p>}
      {code !== null && (
        <p role="status">
          {texts.rooms.codeLetsIn} <code>{code}</code>
        </p>
      )}
    </section>
  );
}
