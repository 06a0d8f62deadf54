import { useState } from "react";

import { Button } from "@/shared/components/button";

import styles from "./administration.module.css";

/** An invitation's link, which is told once. */
export function MadeLink({ link }: { readonly link: string }) {
  const [told, setTold] = useState("It is shown this once: send it to whom you invite.");

  function copy(): void {
    navigator.clipboard.writeText(link).then(
      () => setTold("Copied. It is shown this once: send it to whom you invite."),
      () => setTold("The link could not be copied. Select it and copy it yourself."),
    );
  }

  return (
    <div className={styles.made}>
      <code>{link}</code>
      <Button small onClick={copy}>
        Copy link
      </Button>
      <p role="status" className={styles.muted}>
        {told}
      </p>
    </div>
  );
}
