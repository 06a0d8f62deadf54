import { chooseLevel } from "@/features/rooms/api/choose-level";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { Room } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useSelected } from "@/shared/lib/use-store";
import { levelOf, type Level } from "@/shared/realtime/notification-settings";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./dialogs.module.css";

const LEVELS: readonly Level[] = ["all", "mentions", "nothing"];

interface RoomNotificationsDialogProps {
  readonly room: Room;
  readonly onClose: () => void;
}

/** Of which of the room's messages the user is told; the same on all devices. */
export function RoomNotificationsDialog({ room, onClose }: RoomNotificationsDialogProps) {
  const texts = useTexts();
  const api = useApi();
  const { notifications } = useRealtime();
  const chosen = useSelected(notifications.current, (all) => levelOf(room, all));
  const choose = useAction(async (level: Level) => notifications.learn(await chooseLevel(api, room.id, level)));
  return (
    <Dialog title={texts.rooms.notifications} onClose={onClose}>
      <fieldset className={styles.levels} aria-busy={choose.busy}>
        <legend>{texts.rooms.tellOf}</legend>
        {LEVELS.map((level) => (
          <label key={level}>
            <input
              type="radio"
              name="level"
              checked={chosen === level}
              onChange={() => void choose.run(level)}
            />
            {texts.rooms.levels[level]}
          </label>
        ))}
      </fieldset>
      <Problem problem={choose.problem} />
    </Dialog>
  );
}
