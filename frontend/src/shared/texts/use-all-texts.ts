import { useStore } from "@/shared/lib/use-store";

import { en, type Texts } from "./en";
import { spoken } from "./language";

/** As `useTexts`, with the texts of pages that are loaded on demand; only for these, which bring the English ones along. */
export function useAllTexts(): Texts {
  return useStore(spoken).all ?? en;
}
