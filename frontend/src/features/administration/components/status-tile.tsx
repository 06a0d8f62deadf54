import type { ReactNode } from "react";

import { classNames } from "@/shared/components/class-names";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./status-tile.module.css";

interface StatusTileProps {
  readonly label: string;
  readonly state: "good" | "bad";
  readonly children: ReactNode;
}

/** One thing that is well or is not, for a <dl>. */
export function StatusTile({ label, state, children }: StatusTileProps) {
  const texts = useAllTexts();
  return (
    <div className={classNames(styles.tile, styles[state])}>
      <dt>{label}</dt>
      <dd>
        {state === "bad" && <span className="visually-hidden">{texts.administration.attention}</span>}
        {children}
      </dd>
    </div>
  );
}
