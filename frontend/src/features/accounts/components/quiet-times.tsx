import { useState, type SubmitEvent } from "react";

import { changeQuiet } from "@/features/accounts/api/change-quiet";
import { clockOf, inAnHour, minutesOf, nextMorning } from "@/features/accounts/lib/quiet-times";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import type { Quiet } from "@/shared/contract/types";
import { textOf } from "@/shared/lib/form-errors";
import { momentText } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useStore } from "@/shared/lib/use-store";
import { useApi, useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./settings.module.css";

/** From ten in the evening to seven in the morning. */
const NIGHT = { begins: 22 * 60, ends: 7 * 60 };

/** When no device is to tell of anything. */
export function QuietTimes() {
  const texts = useAllTexts();
  const api = useApi();
  const { notifications } = useRealtime();
  const { until: chosen = null, daily = null } = useStore(notifications.current).quiet;
  const [shownAt, setShownAt] = useState(() => Date.now());
  const change = useAction(async (wanted: Quiet) => {
    notifications.learn(await changeQuiet(api, { until: chosen, daily, ...wanted }));
    setShownAt(Date.now());
  });
  const until = chosen !== null && chosen > shownAt * 1_000 ? chosen : null;

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const begins = minutesOf(textOf(form, "begins"));
    const ends = minutesOf(textOf(form, "ends"));
    if (begins !== null && ends !== null) void change.run({ daily: { begins, ends } });
  }

  return (
    <fieldset className={styles.quiet} aria-busy={change.busy}>
      <legend>{texts.settings.doNotDisturb}</legend>
      {until !== null && <p>{texts.settings.until(momentText(until))}</p>}
      <div className={styles.buttons}>
        <Button small busy={change.busy} onClick={() => void change.run({ until: inAnHour(new Date()) })}>
          {texts.settings.forAnHour}
        </Button>
        <Button small busy={change.busy} onClick={() => void change.run({ until: nextMorning(new Date()) })}>
          {texts.settings.untilMorning}
        </Button>
        {until !== null && (
          <Button small busy={change.busy} onClick={() => void change.run({ until: null })}>
            {texts.settings.disturbAgain}
          </Button>
        )}
      </div>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={daily !== null}
          onChange={(event) => void change.run({ daily: event.currentTarget.checked ? NIGHT : null })}
        />
        {texts.settings.everyDay}
      </label>
      {daily !== null && (
        <form key={`${daily.begins}-${daily.ends}`} className={styles.buttons} onSubmit={submit}>
          <label className={styles.choice}>
            {texts.settings.from}
            <input type="time" name="begins" required defaultValue={clockOf(daily.begins)} />
          </label>
          <label className={styles.choice}>
            {texts.settings.to}
            <input type="time" name="ends" required defaultValue={clockOf(daily.ends)} />
          </label>
          <Button small type="submit" busy={change.busy}>
            {texts.settings.changeTimes}
          </Button>
        </form>
      )}
      <Problem problem={change.problem} />
    </fieldset>
  );
}
