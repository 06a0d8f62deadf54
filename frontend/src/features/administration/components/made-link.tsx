import { useState } from "react";

import { Button } from "@/shared/components/button";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";

/** An invitation's link, which is told once. */
export function MadeLink({ link }: { readonly link: string }) {
  const texts = useAllTexts();
  const [told, setTold] = useState<"shownOnce" | "copied" | "notCopied">("shownOnce");

  function copy(): void {
    navigator.clipboard.writeText(link).then(
      () => setTold("copied"),
      () => setTold("notCopied"),
    );
  }

  return (
    <div className={styles.made}>
      <code>{link}</code>
      <Button small onClick={copy}>
        {texts.administration.copyLink}
      </Button>
      <p role="status" className={styles.muted}>
        {texts.administration[told]}
      </p>
    </div>
  );
}
