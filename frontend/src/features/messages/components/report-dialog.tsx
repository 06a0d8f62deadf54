import { useId, useState, type SubmitEvent } from "react";

import { reportMessage } from "@/features/messages/api/report-message";
import { changePane, usePane } from "@/features/messages/lib/pane";
import { Button } from "@/shared/components/button";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import { REPORT_NOTE_LENGTH } from "@/shared/contract/limits";
import type { Reason } from "@/shared/contract/types";
import { REASONS } from "@/shared/lib/reports";
import { useAction } from "@/shared/lib/use-action";
import { useApi } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./message-dialogs.module.css";
import { QuotedLine } from "./reply-quote";

/** Tells the administrators that somebody else's message should not be there. */
export function ReportDialog({ n }: { readonly n: number }) {
  const texts = useTexts();
  const api = useApi();
  const { conversation, state } = usePane();
  const noteId = useId();
  const [reason, setReason] = useState<Reason | null>(null);
  const [note, setNote] = useState("");
  const [told, setTold] = useState(false);
  const close = () => changePane(state, { dialog: null });
  const report = useAction(async (chosen: Reason) => {
    await reportMessage(api, conversation.room, n, { reason: chosen, note });
    setTold(true);
  });

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (reason !== null) void report.run(reason);
  }

  if (told) {
    return (
      <Dialog title={texts.messages.reportThis} onClose={close}>
        <p role="status">{texts.messages.reported}</p>
        <div className={styles.buttons}>
          <Button look="primary" onClick={close}>
            {texts.messages.done}
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={texts.messages.reportThis} onClose={close}>
      <form className={styles.form} onSubmit={submit}>
        <p className={styles.excerpt}>
          <QuotedLine n={n} />
        </p>
        <fieldset className={styles.choices}>
          <legend>{texts.messages.whatIsWrong}</legend>
          {REASONS.map((each) => (
            <label key={each}>
              <input type="radio" name="reason" value={each} checked={reason === each} onChange={() => setReason(each)} />
              {texts.messages.reasons[each]}
            </label>
          ))}
        </fieldset>
        <div className={styles.note}>
          <label htmlFor={noteId}>{texts.messages.reportNote}</label>
          <textarea
            id={noteId}
            rows={3}
            maxLength={REPORT_NOTE_LENGTH}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </div>
        <Problem problem={report.problem} />
        <div className={styles.buttons}>
          <Button onClick={close}>{texts.common.cancel}</Button>
          <Button type="submit" look="primary" busy={report.busy} disabled={reason === null}>
            {texts.messages.report}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
