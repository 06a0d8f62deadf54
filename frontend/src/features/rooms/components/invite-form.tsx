import type { SubmitEvent } from "react";

import { acceptInvite } from "@/features/rooms/api/invites";
import { Button } from "@/shared/components/button";
import { TextField } from "@/shared/components/text-field";
import { textOf } from "@/shared/lib/form-errors";
import { useAction } from "@/shared/lib/use-action";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./dialogs.module.css";

interface InviteFormProps {
  readonly onOpen: (room: string) => void;
}

/** Joins a room by a code that somebody in it has made. */
export function InviteForm({ onOpen }: InviteFormProps) {
  const texts = useTexts();
  const api = useApi();
  const realtime = useRealtime();
  const action = useAction(async (token: string) => {
    const room = await acceptInvite(api, token);
    realtime.addRoom(room);
    onOpen(room.id);
  });

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const token = textOf(new FormData(event.currentTarget), "token").trim();
    if (token !== "") void action.run(token);
  }

  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <TextField label={texts.rooms.inviteCode} name="token" autoComplete="off" error={action.problem ?? undefined} />
      <div className={styles.buttons}>
        <Button type="submit" busy={action.busy}>
          {texts.rooms.joinByCode}
        </Button>
      </div>
    </form>
  );
}
