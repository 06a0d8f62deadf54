import { useState } from "react";

import { chooseForDevice, deviceChoices, type DeviceChoices } from "@/shared/lib/device-choices";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import { QuietTimes } from "./quiet-times";
import { Section } from "./section";
import styles from "./settings.module.css";

/** Whether notifications may be shown; browsers ask the user only where that follows a click. */
async function mayShow(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

/** What the choice comes to: permission may have been taken back in the browser's own settings. */
function present(): Pick<DeviceChoices, "desktop" | "sound"> {
  const { desktop, sound } = deviceChoices();
  return { desktop: desktop && "Notification" in window && Notification.permission === "granted", sound };
}

/** How this device tells of messages, and when none does. */
export function NotificationsSection() {
  const texts = useAllTexts();
  const [choices, setChoices] = useState(present);
  const [problem, setProblem] = useState<string | null>(null);
  const supported = "Notification" in window && "serviceWorker" in navigator;

  async function chooseDesktop(desktop: boolean) {
    setProblem(null);
    if (desktop && !(await mayShow())) {
      setProblem(texts.settings.notAllowed);
      return;
    }
    chooseForDevice({ desktop });
    setChoices(present());
  }

  return (
    <Section title={texts.settings.notifications} problem={problem}>
      <p className={styles.muted}>{texts.settings.whatIsTold}</p>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={choices.desktop}
          disabled={!supported}
          onChange={(event) => void chooseDesktop(event.currentTarget.checked)}
        />
        {texts.settings.onDesktop}
      </label>
      {!supported && <p className={styles.muted}>{texts.settings.notSupported}</p>}
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={choices.sound}
          onChange={(event) => {
            chooseForDevice({ sound: event.currentTarget.checked });
            setChoices(present());
          }}
        />
        {texts.settings.sound}
      </label>
      <QuietTimes />
    </Section>
  );
}
