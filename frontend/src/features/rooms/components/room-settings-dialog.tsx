import { useRef, useState, type SubmitEvent } from "react";

import { updateRoom } from "@/features/rooms/api/update-room";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { ROOM_NAME_LENGTH, TOPIC_LENGTH } from "@/shared/contract/limits";
import type { Room } from "@/shared/contract/types";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./dialogs.module.css";
import { RoomActions } from "./room-actions";

interface RoomSettingsDialogProps {
  readonly room: Room;
  readonly onClose: () => void;
}

interface Wish {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
}

/** What a room is called and what it is for: its owners can change both. */
export function RoomSettingsDialog({ room, onClose }: RoomSettingsDialogProps) {
  const texts = useTexts();
  const api = useApi();
  const realtime = useRealtime();
  const wish = useRef<Wish | null>(null);
  const [nameless, setNameless] = useState(false);
  const action = useAction(async (body: Wish) => {
    realtime.addRoom(await updateRoom(api, room.id, body));
    onClose();
  });
  const errors = formErrors(action.error, action.problem, ["name", "topic"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = textOf(form, "name").trim();
    const topic = textOf(form, "topic").trim();
    setNameless(name === "");
    if (name === "") return;
    // The same wish, sent again after a failure, keeps its id; another one is another change.
    const same = wish.current?.name === name && wish.current.topic === topic;
    const next = same && wish.current !== null ? wish.current : { id: realtime.newId(), name, topic };
    wish.current = next;
    void action.run(next);
  }

  return (
    <Dialog title={texts.rooms.settings} onClose={onClose}>
      <form className={styles.form} noValidate onSubmit={submit}>
        <Problem problem={errors.form ?? null} />
        <TextField
          label={texts.rooms.name}
          name="name"
          autoComplete="off"
          defaultValue={room.name}
          maxLength={ROOM_NAME_LENGTH}
          error={nameless ? texts.rooms.nameNeeded : errors.name}
        />
        <TextField
          label={texts.rooms.topic}
          name="topic"
          autoComplete="off"
          defaultValue={room.topic}
          maxLength={TOPIC_LENGTH}
          hint={texts.rooms.topicHint}
          error={errors.topic}
        />
        <div className={styles.buttons}>
          <Button onClick={onClose}>{texts.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {action.busy ? texts.common.saving : texts.common.save}
          </Button>
        </div>
      </form>
      <RoomActions room={room} onClose={onClose} />
    </Dialog>
  );
}
