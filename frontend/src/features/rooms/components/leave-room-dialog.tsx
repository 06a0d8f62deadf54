import { leaveRoom } from "@/features/rooms/api/leave-room";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { Room } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useRoomTitle } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";

import styles from "./dialogs.module.css";

interface LeaveRoomDialogProps {
  readonly room: Room;
  readonly onClose: () => void;
  readonly onLeft: () => void;
}

function consequence(room: Room): string {
  if (room.visibility === "public") return "You can join again whenever you like.";
  return "It is private: only a member can bring you back.";
}

export function LeaveRoomDialog({ room, onClose, onLeft }: LeaveRoomDialogProps) {
  const api = useApi();
  const realtime = useRealtime();
  const title = useRoomTitle(room);
  const action = useAction(async () => {
    await leaveRoom(api, room.id);
    onLeft();
    realtime.removeRoom(room.id);
  });
  return (
    <Dialog title={`Leave ${title}?`} onClose={onClose}>
      <p>{consequence(room)}</p>
      <Problem problem={action.problem} />
      <div className={styles.buttons}>
        <Button onClick={onClose}>Stay</Button>
        <Button look="danger" busy={action.busy} onClick={() => void action.run()}>
          {action.busy ? "Leaving…" : "Leave"}
        </Button>
      </div>
    </Dialog>
  );
}
