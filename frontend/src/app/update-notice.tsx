import { Button } from "@/shared/components/button";
import { useStore } from "@/shared/lib/use-store";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./update-notice.module.css";
import { updates } from "./updates";

/** Says that a newer version is there; the page goes on as it is until the reader wants it. */
export function UpdateNotice() {
  const texts = useTexts();
  const ready = useStore(updates.ready);
  return (
    <div role="status">
      {ready && (
        <p className={styles.notice}>
          {texts.app.newVersion}
          <Button small look="primary" onClick={() => updates.apply()}>
            {texts.app.reload}
          </Button>
        </p>
      )}
    </div>
  );
}
