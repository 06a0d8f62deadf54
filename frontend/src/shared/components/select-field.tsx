import type { ReactNode, SelectHTMLAttributes } from "react";

import styles from "./select-field.module.css";

interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  /** The options. */
  readonly children: ReactNode;
}

/** A labelled choice of one among several. */
export function SelectField({ label, children, ...select }: SelectFieldProps) {
  return (
    <label className={styles.field}>
      {label}
      <select {...select}>{children}</select>
    </label>
  );
}
