import { useState, type SubmitEvent } from "react";

import { createRoom } from "@/features/rooms/api/create-room";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import { TextField } from "@/shared/components/text-field";
import { ROOM_NAME_LENGTH, TOPIC_LENGTH } from "@/shared/contract/limits";
import type { CreateRoom, Room } from "@/shared/contract/types";
import { formErrors, textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./dialogs.module.css";

interface CreateRoomDialogProps {
  readonly onClose: () => void;
  readonly onCreated: (room: Room) => void;
}

export function CreateRoomDialog({ onClose, onCreated }: CreateRoomDialogProps) {
  const texts = useTexts();
  const api = useApi();
  const realtime = useRealtime();
  const [id] = useState(() => realtime.newId());
  const [nameless, setNameless] = useState(false);
  const action = useAction(async (body: CreateRoom) => {
    const room = await createRoom(api, body);
    realtime.addRoom(room);
    onCreated(room);
  });
  const errors = formErrors(action.error, action.problem, ["name", "topic"]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = textOf(form, "name").trim();
    setNameless(name === "");
    if (name === "") return;
    const visibility = textOf(form, "visibility") === "private" ? "private" : "public";
    void action.run({ id, name, topic: textOf(form, "topic").trim(), visibility });
  }

  return (
    <Dialog title={texts.rooms.create} onClose={onClose}>
      <form className={styles.form} noValidate onSubmit={submit}>
        <Problem problem={errors.form ?? null} />
        <TextField
          label={texts.rooms.name}
          name="name"
          autoComplete="off"
          maxLength={ROOM_NAME_LENGTH}
          error={nameless ? texts.rooms.nameNeeded : errors.name}
        />
        <TextField
          label={texts.rooms.topic}
          name="topic"
          autoComplete="off"
          maxLength={TOPIC_LENGTH}
          hint={texts.rooms.topicHint}
          error={errors.topic}
        />
        <fieldset className={styles.choices}>
          <legend>{texts.rooms.whoCanJoin}</legend>
          <Choice value="public" title={texts.rooms.public} text={texts.rooms.publicHint} defaultChecked />
          <Choice value="private" title={texts.rooms.private} text={texts.rooms.privateHint} />
        </fieldset>
        <div className={styles.buttons}>
          <Button onClick={onClose}>{texts.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {action.busy ? texts.rooms.creating : texts.rooms.createRoom}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly value: string;
  readonly title: string;
  readonly text: string;
  readonly defaultChecked?: boolean;
}

function Choice({ value, title, text, defaultChecked = false }: ChoiceProps) {
  return (
    <label className={styles.choice}>
      <input type="radio" name="visibility" value={value} defaultChecked={defaultChecked} />
      <span>
        <strong>{title}</strong>
        <span>{text}</span>
      </span>
    </label>
  );
}
