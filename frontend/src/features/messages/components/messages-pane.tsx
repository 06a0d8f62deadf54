import { X } from "lucide-react";
import { useMemo, useState } from "react";

import { changePane, createPaneState, PaneContext, usePane, usePaneState } from "@/features/messages/lib/pane";
import { IconButton } from "@/shared/components/button";
import type { Room } from "@/shared/contract/types";
import { useMedia } from "@/shared/lib/use-media";
import { useStore } from "@/shared/lib/use-store";
import type { Conversation } from "@/shared/realtime/conversation";

import { Composer } from "./composer";
import { DeleteDialog } from "./delete-dialog";
import styles from "./message-dialogs.module.css";
import { Timeline } from "./timeline";
import { TypingLine } from "./typing-line";
import { VersionsDialog } from "./versions-dialog";

interface MessagesPaneProps {
  readonly room: Room;
  readonly conversation: Conversation;
  readonly title: string;
}

/** A room's messages, and where new ones are written. Mounted anew for each room. */
export function MessagesPane({ room, conversation, title }: MessagesPaneProps) {
  const [state] = useState(() => createPaneState(room.id));
  const touch = useMedia("(hover: none)");
  const owner = room.role === "owner";
  const pane = useMemo(() => ({ conversation, state, owner, touch }), [conversation, state, owner, touch]);
  return (
    <PaneContext value={pane}>
      <Timeline title={title} />
      <Notices />
      <Composer title={title} />
      <TypingLine room={room.id} />
      <OpenDialog />
    </PaneContext>
  );
}

/** What could not be done, until it is put away. */
function Notices() {
  const { conversation, state } = usePane();
  const problem = useStore(conversation.amendments.problem);
  const notice = usePaneState((pane) => pane.notice);
  const text = problem ?? notice;
  if (text === null) return null;
  return (
    <div className={styles.notice} role="alert">
      <p>{text}</p>
      <IconButton
        label="Dismiss"
        onClick={() => {
          conversation.amendments.dismissProblem();
          changePane(state, { notice: null });
        }}
      >
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

function OpenDialog() {
  const dialog = usePaneState((pane) => pane.dialog);
  if (dialog === null) return null;
  return dialog.kind === "delete" ? <DeleteDialog n={dialog.n} /> : <VersionsDialog n={dialog.n} />;
}
