import { useId, type ReactNode } from "react";

import { Problem } from "@/shared/components/notice";

import styles from "./settings.module.css";

interface SectionProps {
  readonly title: string;
  /** What went wrong, beside what concerns a field. */
  readonly problem?: string | null | undefined;
  /** What has just been done. */
  readonly done?: string | null;
  readonly children: ReactNode;
}

/** A part of the settings. */
export function Section({ title, problem, done, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Problem problem={problem ?? null} />
      {children}
      <p role="status" className={styles.muted}>
        {done}
      </p>
    </section>
  );
}
