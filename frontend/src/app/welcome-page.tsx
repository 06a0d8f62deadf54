import { MessagesSquare } from "lucide-react";

import { Button } from "@/shared/components/button";
import { Notice } from "@/shared/components/notice";
import { useRooms } from "@/shared/services/selectors";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./shell.module.css";
import { useTitle } from "./use-title";

interface WelcomePageProps {
  readonly onCreate: () => void;
  readonly onBrowse: () => void;
}

/** Beside the list, while nothing is open. */
export function WelcomePage({ onCreate, onBrowse }: WelcomePageProps) {
  const texts = useTexts();
  const none = useRooms().size === 0;
  useTitle(null);
  return (
    <main className={styles.main}>
      <Notice
        icon={<MessagesSquare size={36} aria-hidden />}
        title={none ? texts.app.welcome : texts.app.pick}
      >
        <p>{none ? texts.app.joinOrCreate : texts.app.orFind}</p>
        <div className={styles.buttons}>
          <Button look="primary" onClick={onBrowse}>
            {texts.app.browseRooms}
          </Button>
          <Button onClick={onCreate}>{texts.app.createRoom}</Button>
        </div>
      </Notice>
    </main>
  );
}
