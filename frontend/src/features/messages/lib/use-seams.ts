import { useState } from "react";

import type { RoomLog } from "@/shared/realtime/room-log";

interface Seams {
  readonly low: number;
  readonly loaded: boolean;
  readonly at: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

/** The numbers of the messages that were the first loaded ones for a while: above them older ones came later. */
export function useSeams({ low, messages }: RoomLog): ReadonlySet<number> {
  const loaded = messages.length > 0;
  const [seams, setSeams] = useState<Seams>({ low, loaded, at: NONE });
  if (seams.low !== low || seams.loaded !== loaded) {
    const joined = seams.loaded && low < seams.low;
    setSeams({ low, loaded, at: joined ? new Set(seams.at).add(seams.low) : NONE });
  }
  return seams.at;
}
