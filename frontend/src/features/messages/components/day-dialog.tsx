import { useState, type SubmitEvent } from "react";

import { findFirstSince } from "@/features/messages/api/find-first-since";
import { jumpTo } from "@/features/messages/lib/jump";
import { changePane, usePane } from "@/features/messages/lib/pane";
import { sentenceFor } from "@/shared/api/api-error";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { TextField } from "@/shared/components/text-field";
import { dayOf, startOfDay } from "@/shared/lib/times";
import { useApi } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import dialogs from "./message-dialogs.module.css";

/** Asks for a day and leads to its first message, or to the next one after it; it begins with the day of `ts`. */
export function DayDialog({ ts }: { readonly ts: number }) {
  const texts = useTexts();
  const api = useApi();
  const pane = usePane();
  const { conversation, state } = pane;
  const [day, setDay] = useState(() => dayOf(ts));
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const since = startOfDay(day);

  async function jump(from: number): Promise<void> {
    setBusy(true);
    try {
      const n = await findFirstSince(api, conversation.room, from);
      if (n === null) setProblem(texts.messages.nothingSince);
      else {
        changePane(state, { dialog: null });
        void jumpTo(pane, n);
      }
    } catch (error) {
      setProblem(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  }

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (busy) return;
    if (since === null) setProblem(texts.messages.enterDay);
    else void jump(since);
  }

  return (
    <Dialog title={texts.messages.jumpToDay} onClose={() => changePane(state, { dialog: null })}>
      <form className={dialogs.form} noValidate onSubmit={submit}>
        <TextField
          label={texts.messages.day}
          type="date"
          value={day}
          error={problem}
          onChange={(event) => {
            setDay(event.target.value);
            setProblem(undefined);
          }}
        />
        <div className={dialogs.buttons}>
          <Button type="submit" look="primary" busy={busy}>
            {texts.messages.jump}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
