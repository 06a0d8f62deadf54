import { useEffect, useState } from "react";

import { loadEmoji, type Emoji } from "./emoji-names";

const NONE: readonly Emoji[] = [];

/** All emoji, once they are wanted and loaded. Without them names stay text; they are asked for again with the next. */
export function useEmoji(wanted: boolean): readonly Emoji[] {
  const [emoji, setEmoji] = useState(NONE);
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    loadEmoji().then(
      (all) => {
        if (!gone) setEmoji(all);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [wanted]);
  return emoji;
}
