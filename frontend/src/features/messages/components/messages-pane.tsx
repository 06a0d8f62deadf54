import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import { awaitMessage, jumpTo } from "@/features/messages/lib/jump";
import { changePane, createPaneState, PaneContext, usePane, usePaneState } from "@/features/messages/lib/pane";
import { rightsIn } from "@/features/messages/lib/rights";
import { Button, IconButton } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import type { Room } from "@/shared/contract/types";
import { useMedia } from "@/shared/lib/use-media";
import { useSelected, useStore } from "@/shared/lib/use-store";
import type { Conversation } from "@/shared/realtime/conversation";
import { useAdministers, useHasBlocked } from "@/shared/services/selectors";
import { useBlock } from "@/shared/services/use-block";
import { useTexts } from "@/shared/texts/use-texts";

import { Composer } from "./composer";
import { DayDialog } from "./day-dialog";
import { DeleteDialog } from "./delete-dialog";
import styles from "./message-dialogs.module.css";
import { ReactionDialog } from "./reaction-dialog";
import { ReportDialog } from "./report-dialog";
import { Timeline } from "./timeline";
import { TypingLine } from "./typing-line";
import { VersionsDialog } from "./versions-dialog";

interface MessagesPaneProps {
  readonly room: Room;
  readonly conversation: Conversation;
  readonly title: string;
  /** Number of the message that a link leads to; 0 where it leads to none that can be. */
  readonly linked?: number | null;
}

/** A room's messages, and where new ones are written. Mounted anew for each room. */
export function MessagesPane({ room, conversation, title, linked = null }: MessagesPaneProps) {
  const [state] = useState(() => createPaneState(room.id, linked));
  const touch = useMedia("(hover: none)");
  const administers = useAdministers();
  const rights = useMemo(() => rightsIn(room, administers), [room, administers]);
  const pane = useMemo(() => ({ conversation, state, rights, touch }), [conversation, state, rights, touch]);
  return (
    <PaneContext value={pane}>
      <Timeline title={title} />
      {linked !== null && <LinkedMessage n={linked} />}
      <Notices />
      {rights.speak ? (
        <Composer title={title} />
      ) : (
        <Silence room={room} title={title} />
      )}
      <TypingLine room={room.id} />
      <OpenDialog />
    </PaneContext>
  );
}

/** Why nothing can be said here, and what can be done about it. */
function Silence({ room, title }: { readonly room: Room; readonly title: string }) {
  const texts = useTexts();
  const block = useBlock();
  const peer = room.peer ?? "";
  const own = useHasBlocked(peer);
  if (!room.blocked) return <p className={styles.silent}>{room.archived ? texts.messages.archived : texts.messages.muted}</p>;
  if (!own) return <p className={styles.silent}>{texts.messages.blocked}</p>;
  return (
    <div className={styles.silent}>
      <Problem problem={block.problem} />
      <p>{texts.messages.youBlocked(title)}</p>
      <Button small busy={block.busy} onClick={() => void block.run(peer, false)}>
        {texts.people.unblock.label}
      </Button>
    </div>
  );
}

/** Goes to the message as soon as the room is known to have it. */
function LinkedMessage({ n }: { readonly n: number }) {
  const pane = usePane();
  const known = useSelected(pane.conversation.log, (log) => n >= 1 && n <= log.n);
  useEffect(() => {
    void (known ? jumpTo(pane, n) : awaitMessage(pane, n));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the link leads there once, whatever changes in the pane
  }, [known, n]);
  return null;
}

/** What could not be done, until it is put away. */
function Notices() {
  const texts = useTexts();
  const { conversation, state } = usePane();
  const problem = useStore(conversation.amendments.problem);
  const notice = usePaneState((pane) => pane.notice);
  const text = problem ?? notice;
  if (text === null) return null;
  return (
    <div className={styles.notice} role="alert">
      <p>{text}</p>
      <IconButton
        label={texts.messages.dismiss}
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
  switch (dialog.kind) {
    case "delete":
      return <DeleteDialog n={dialog.n} />;
    case "react":
      return <ReactionDialog n={dialog.n} />;
    case "report":
      return <ReportDialog n={dialog.n} />;
    case "versions":
      return <VersionsDialog n={dialog.n} />;
    case "day":
      return <DayDialog ts={dialog.ts} />;
  }
}
