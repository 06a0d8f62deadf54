import { changePane, type Pane } from "./pane";

/** So far up everything in between is loaded; farther up one scrolls. */
const FAR = 5_000;

/** Brings message n into sight, with all that stands between it and the newest loaded first. */
export async function jumpTo({ conversation, state }: Pane, n: number): Promise<void> {
  if (conversation.log.get().low - n > FAR) {
    changePane(state, { notice: `That message is more than ${FAR.toLocaleString()} messages up. Scroll up to find it.` });
    return;
  }
  changePane(state, { sought: n, notice: null });
  if (await conversation.loadBackTo(n)) return;
  changePane(state, { sought: null, notice: "That message could not be loaded. Try again in a moment." });
}
