import { Skeleton } from "@/shared/components/skeleton";

import styles from "./shell.module.css";

/** The shape of the app, until it is known who is here. */
export function StartingScreen() {
  return (
    <div className={styles.shell} data-pane="list">
      <div className={styles.sidebar}>
        <Skeleton rows={8} label="Loading Parley" />
      </div>
      <main className={styles.main} aria-busy="true" />
    </div>
  );
}
