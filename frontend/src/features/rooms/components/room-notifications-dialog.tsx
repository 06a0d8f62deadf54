import { chooseLevel } from "@/features/rooms/api/choose-level";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import type { Room } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useSelected } from "@/shared/lib/use-store";
import { levelOf, type Level } from "@/shared/realtime/notification-settings";
import { useApi, useRealtime } from "@/shared/services/services";

import styles from "./dialogs.module.css";

const LEVELS: readonly (readonly [Level, string])[] = [
  ["all", "All messages"],
  ["mentions", "Mentions of me"],
  ["nothing", "Nothing"],
];

interface RoomNotificationsDialogProps {
  readonly room: Room;
  readonly onClose: () => void;
}

/** Of which of the room's messages the user is told; the same on all devices. */
export function RoomNotificationsDialog({ room, onClose }: RoomNotificationsDialogProps) {
  const api = useApi();
  const { notifications } = useRealtime();
  const chosen = useSelected(notifications.chosen, (all) => levelOf(room, all));
  const choose = useAction(async (level: Level) => notifications.learn(await chooseLevel(api, room.id, level)));
  return (
    <Dialog title="Notifications" onClose={onClose}>
      <fieldset className={styles.levels} aria-busy={choose.busy}>
        <legend>Count as new, and tell me of</legend>
        {LEVELS.map(([level, label]) => (
          <label key={level}>
            <input
              type="radio"
              name="level"
              checked={chosen === level}
              onChange={() => void choose.run(level)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <Problem problem={choose.problem} />
    </Dialog>
  );
}
