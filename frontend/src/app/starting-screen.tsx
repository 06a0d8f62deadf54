import { Skeleton } from "@/shared/components/skeleton";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./shell.module.css";

/** The shape of the app, until it is known who is here. */
export function StartingScreen() {
  const texts = useTexts();
  return (
    <div className={styles.shell} data-pane="list">
      <div className={styles.sidebar}>
        <Skeleton rows={8} label={texts.app.loading} />
      </div>
      <main className={styles.main} aria-busy="true" />
    </div>
  );
}
