import type { ReactNode } from "react";

import { Logo } from "@/shared/components/logo";

import styles from "./account-card.module.css";

interface AccountFrameProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What all pages have in common for who is not inside. */
export function AccountFrame({ title, children }: AccountFrameProps) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={36} />
          <span>Parley</span>
        </div>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
