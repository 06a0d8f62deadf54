import type { ReactNode } from "react";

import { Logo } from "@/shared/components/logo";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./account-card.module.css";

interface AccountFrameProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What all pages have in common for who is not inside. */
export function AccountFrame({ title, children }: AccountFrameProps) {
  const texts = useTexts();
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={36} />
          <span>{texts.common.parley}</span>
        </div>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
