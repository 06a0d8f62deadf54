import { currentTexts } from "@/shared/texts/language";

import { changePane, type Pane } from "./pane";

/** So far up everything in between is loaded; farther up one scrolls. */
const FAR = 5_000;

/** Brings message n into sight, with all that stands between it and the newest loaded first. */
export async function jumpTo({ conversation, state }: Pane, n: number): Promise<void> {
  if (conversation.log.get().low - n > FAR) {
    const notice = currentTexts().messages.tooFarUp(FAR);
    changePane(state, { sought: null, notice });
    return;
  }
  changePane(state, { sought: n, notice: null });
  if (await conversation.loadBackTo(n)) return;
  changePane(state, { sought: null, notice: currentTexts().messages.notLoaded });
}

/** Finds out whether message n, which is none of those known of, is about to come; says so where it is not. */
export async function awaitMessage({ conversation, state }: Pane, n: number): Promise<void> {
  const newest = n > 0 ? await conversation.askNewest() : 0;
  if (newest === null) changePane(state, { sought: null, notice: currentTexts().messages.notLoaded });
  else if (n > newest || n < 1) {
    changePane(state, { sought: null, notice: currentTexts().messages.noSuchMessage });
  }
}
