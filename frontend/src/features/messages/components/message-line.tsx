import { Ellipsis } from "lucide-react";
import { useState } from "react";

import type { Line } from "@/features/messages/lib/group-messages";
import { changePane, usePane, usePaneState } from "@/features/messages/lib/pane";
import { fullTime, machineTime, shortTime } from "@/shared/lib/times";
import { IconButton } from "@/shared/components/button";
import { classNames } from "@/shared/components/class-names";
import type { Message } from "@/shared/contract/types";
import { useHasBlocked } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { MessageEditor } from "./message-editor";
import styles from "./message-group.module.css";
import { MessageText } from "./message-text";
import { MessageToolbar } from "./message-toolbar";
import { PendingNote } from "./pending-note";
import { Reactions } from "./reactions";
import { ReplyQuote } from "./reply-quote";

export function Time({ ts }: { readonly ts: number }) {
  return (
    <time className={styles.time} dateTime={machineTime(ts)} title={fullTime(ts)}>
      {shortTime(ts)}
    </time>
  );
}

interface MessageLineProps {
  readonly line: Line;
  readonly time?: boolean;
}

/** One message, on its way or in the log; with its tools while it has the pointer or the focus. */
export function MessageLine({ line, time = false }: MessageLineProps) {
  const texts = useTexts();
  const { conversation, state, rights, touch } = usePane();
  const { message, pending, n } = line;
  const active = usePaneState((pane) => n !== null && pane.active === n);
  const editing = usePaneState((pane) => n !== null && pane.editing === n) && rights.speak;
  const found = usePaneState((pane) => n !== null && pane.found === n);
  const [opened, setOpened] = useState(false);
  const folded = useHasBlocked(message?.sender ?? "") && !opened;
  return (
    <div
      className={classNames(styles.line, found && styles.found, active && styles.active)}
      data-n={n ?? undefined}
      data-message={line.key}
      data-found={found ? true : undefined}
      role={n === null ? undefined : "group"}
      aria-label={n === null ? undefined : texts.messages.messageAt(shortTime(line.ts))}
      tabIndex={n === null ? undefined : -1}
      onPointerEnter={(event) => {
        if (!touch && event.pointerType === "mouse" && n !== null) changePane(state, { active: n });
      }}
      onFocus={() => {
        if (!touch && n !== null) changePane(state, { active: n });
      }}
      onAnimationEnd={() => {
        if (found) changePane(state, { found: null });
      }}
    >
      {time && <Time ts={line.ts} />}
      {folded ? (
        <Folded onOpen={() => setOpened(true)} />
      ) : (
        <>
          {line.replyTo !== null && <ReplyQuote n={line.replyTo} />}
          {editing && message !== null ? <MessageEditor message={message} /> : <Said line={line} />}
          {message !== null && <Reactions message={message} />}
        </>
      )}
      {pending !== null && <PendingNote message={pending} outbox={conversation.outbox} />}
      {touch && n !== null && !editing && (
        <IconButton
          label={texts.messages.actions}
          className={styles.menu}
          aria-expanded={active}
          onClick={() => changePane(state, { active: active ? null : n })}
        >
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      )}
      {active && message !== null && !editing && <MessageToolbar message={message} />}
    </div>
  );
}

/** In place of what somebody said whom the reader has blocked. */
function Folded({ onOpen }: { readonly onOpen: () => void }) {
  const texts = useTexts();
  return (
    <p className={classNames(styles.text, styles.deleted)}>
      {texts.messages.ofBlocked}{" "}
      <button type="button" className={styles.edited} aria-label={texts.messages.showOfBlocked} onClick={onOpen}>
        {texts.messages.show}
      </button>
    </p>
  );
}

/** The text itself, or what is left of it. */
function Said({ line: { text, message, pending } }: { readonly line: Line }) {
  const texts = useTexts();
  if (message !== null && message.deleted_at !== null) {
    return <p className={classNames(styles.text, styles.deleted)}>{texts.messages.deleted}</p>;
  }
  const edited = message?.edited_at ?? null;
  return (
    <>
      <div className={classNames(styles.text, pending !== null && styles.pending)} data-followed={edited !== null}>
        <MessageText text={text} />
      </div>
      {message !== null && edited !== null && <Edited message={message} at={edited} />}
    </>
  );
}

interface EditedProps {
  readonly message: Message;
  /** Microseconds since 1970. */
  readonly at: number;
}

/** Says that the text is another than at first; its author and who moderates the room can look what it was. */
function Edited({ message: { sender, n }, at }: EditedProps) {
  const texts = useTexts();
  const { state, rights } = usePane();
  const { me } = useRealtime();
  if (sender !== me.id && !rights.seeVersions) {
    return (
      <span className={styles.edited} title={fullTime(at)}>
        {texts.messages.edited}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={styles.edited}
      title={texts.messages.editedAt(fullTime(at))}
      aria-label={texts.messages.earlierVersions}
      onClick={() => changePane(state, { dialog: { kind: "versions", n } })}
    >
      {texts.messages.edited}
    </button>
  );
}
