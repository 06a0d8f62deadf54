import { leaveRoom } from "@/features/rooms/api/leave-room";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { Room } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useRoomTitle } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./dialogs.module.css";

interface LeaveRoomDialogProps {
  readonly room: Room;
  readonly onClose: () => void;
  readonly onLeft: () => void;
}

export function LeaveRoomDialog({ room, onClose, onLeft }: LeaveRoomDialogProps) {
  const texts = useTexts();
  const api = useApi();
  const realtime = useRealtime();
  const title = useRoomTitle(room);
  const action = useAction(async () => {
    await leaveRoom(api, room.id);
    onLeft();
    realtime.removeRoom(room.id);
  });
  return (
    <Dialog title={texts.rooms.leaveNamed(title)} onClose={onClose}>
      <p>{room.visibility === "public" ? texts.rooms.leavePublic : texts.rooms.leavePrivate}</p>
      <Problem problem={action.problem} />
      <div className={styles.buttons}>
        <Button onClick={onClose}>{texts.rooms.stay}</Button>
        <Button look="danger" busy={action.busy} onClick={() => void action.run()}>
          {action.busy ? texts.rooms.leaving : texts.rooms.leave}
        </Button>
      </div>
    </Dialog>
  );
}
