import { useState } from "react";

import { archiveRoom, deleteRoom } from "@/shared/api/end-room";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { WorkspaceRoom } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";

interface RoomDialogProps {
  readonly room: WorkspaceRoom;
  /** Null once it is deleted. */
  readonly onChanged: (changed: WorkspaceRoom | null) => void;
  readonly onClose: () => void;
}

/** What an administrator can do with a room that he or she is in; deleting it at the second press. */
export function RoomDialog({ room, onChanged, onClose }: RoomDialogProps) {
  const texts = useAllTexts();
  const api = useApi();
  const realtime = useRealtime();
  const [sure, setSure] = useState(false);
  const archive = useAction(async () => {
    await archiveRoom(api, room.id, !room.archived);
    onChanged({ ...room, archived: !room.archived });
  });
  const remove = useAction(async () => {
    await deleteRoom(api, room.id);
    realtime.removeRoom(room.id);
    onChanged(null);
  });
  const { archivedConsequence, manageNamed, namelessRoom, reopenedConsequence } = texts.administration;
  return (
    <Dialog title={manageNamed(room.name ?? namelessRoom)} onClose={onClose}>
      <div className={styles.form}>
        <p>{room.archived ? reopenedConsequence : archivedConsequence}</p>
        <Button busy={archive.busy} onClick={() => void archive.run()}>
          {room.archived ? texts.rooms.openAgain : texts.rooms.archive}
        </Button>
        <Problem problem={archive.problem ?? remove.problem} />
        <p role="status">{sure && texts.rooms.deleteConsequence}</p>
        <Button look="danger" busy={remove.busy} onClick={() => (sure ? void remove.run() : setSure(true))}>
          {sure ? texts.rooms.deleteForEverybody : texts.rooms.delete}
        </Button>
      </div>
    </Dialog>
  );
}
