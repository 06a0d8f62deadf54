import styles from "./skeleton.module.css";

interface SkeletonProps {
  readonly rows: number;
  /** What is on its way. */
  readonly label: string;
  readonly avatars?: boolean;
}

/** The shape of what is being loaded. */
export function Skeleton({ rows, label, avatars = false }: SkeletonProps) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label} data-avatars={avatars}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.row} data-row={row % 4} />
      ))}
    </div>
  );
}
