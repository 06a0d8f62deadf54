import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";

import { useTexts } from "@/shared/texts/use-texts";

import { IconButton } from "./button";
import { classNames } from "./class-names";
import styles from "./sub-page.module.css";

interface SubPageProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A page in place of the chat, with the way back to it. */
export function SubPage({ title, wide = false, onClose, children }: SubPageProps) {
  const texts = useTexts();
  return (
    <main className={classNames(styles.page, wide && styles.wide)}>
      <header className={styles.header}>
        <IconButton label={texts.common.backToChat} onClick={onClose}>
          <ArrowLeft size={20} aria-hidden />
        </IconButton>
        <h1>{title}</h1>
      </header>
      {children}
    </main>
  );
}
