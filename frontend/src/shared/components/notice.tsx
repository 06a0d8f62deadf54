import type { ReactNode } from "react";

import { useTexts } from "@/shared/texts/use-texts";

import { Button } from "./button";
import styles from "./notice.module.css";

interface NoticeProps {
  /** Whether it is all there is on the page. */
  readonly page?: boolean;
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}

/** Says why there is nothing to see, and what can be done about it. */
export function Notice({ page = false, icon, title, children }: NoticeProps) {
  const Heading = page ? "h1" : "h2";
  return (
    <div className={styles.notice}>
      {icon}
      <Heading className={styles.title}>{title}</Heading>
      {children}
    </div>
  );
}

interface ProblemProps {
  readonly problem: string | null;
  readonly onRetry?: () => void;
}

/** A failure, in the place where what failed would be. */
export function Problem({ problem, onRetry }: ProblemProps) {
  const texts = useTexts();
  if (problem === null) return null;
  return (
    <div role="alert" className={styles.problem}>
      <p>{problem}</p>
      {onRetry !== undefined && (
        <Button small onClick={onRetry}>
          {texts.common.tryAgain}
        </Button>
      )}
    </div>
  );
}
