import { useStore } from "@/shared/lib/use-store";

import type { Texts } from "./en";
import { spoken } from "./language";

/** All texts in the reader's language, rendered anew when that changes. */
export function useTexts(): Texts {
  return useStore(spoken).texts;
}
