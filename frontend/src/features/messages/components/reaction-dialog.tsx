import { changePane, usePane } from "@/features/messages/lib/pane";
import { useSelected } from "@/shared/lib/use-store";
import { messageAt } from "@/shared/realtime/room-log";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { EmojiDialog } from "./emoji-dialog";

/** Any emoji to react to message n with. */
export function ReactionDialog({ n }: { readonly n: number }) {
  const texts = useTexts();
  const realtime = useRealtime();
  const { conversation, state } = usePane();
  const message = useSelected(conversation.log, (log) => messageAt(log, n));
  const close = () => changePane(state, { dialog: null });
  return (
    <EmojiDialog
      title={texts.messages.reactWith}
      onClose={close}
      onChoose={(emoji) => {
        if (message !== undefined) realtime.react(message, emoji);
        close();
      }}
    />
  );
}
