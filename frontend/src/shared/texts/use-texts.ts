import { useStore } from "@/shared/lib/use-store";

import type { FirstTexts } from "./en/first";
import { spoken } from "./language";

/** The texts in the reader's language, rendered anew when that changes. */
export function useTexts(): FirstTexts {
  return useStore(spoken).texts;
}
