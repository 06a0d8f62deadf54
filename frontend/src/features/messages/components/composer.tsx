import { SendHorizontal, Smile, X } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

import { charactersLeft, isCounted } from "@/features/messages/lib/characters-left";
import { cleanText } from "@/features/messages/lib/clean-text";
import { draftOf, keepDraft, keepReply } from "@/features/messages/lib/drafts";
import { lastOwn } from "@/features/messages/lib/last-own";
import { encodeMentions } from "@/features/messages/lib/mentions";
import { changePane, usePane, usePaneState } from "@/features/messages/lib/pane";
import { encodeRoomLinks } from "@/features/messages/lib/room-links";
import { usePeople } from "@/features/messages/lib/use-people";
import { IconButton } from "@/shared/components/button";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { CharactersLeft } from "./characters-left";
import styles from "./composer.module.css";
import { EmojiDialog } from "./emoji-dialog";
import { MessageField } from "./message-field";
import { QuotedLine } from "./reply-quote";
import replyStyles from "./reply-quote.module.css";

interface ComposerProps {
  readonly title: string;
}

/** Where messages are written. Mounted anew for each room; what was typed there is kept. */
export function Composer({ title }: ComposerProps) {
  const texts = useTexts();
  const realtime = useRealtime();
  const { conversation, state } = usePane();
  const { room } = conversation;
  const replyTo = usePaneState((pane) => pane.replyTo);
  const editing = usePaneState((pane) => pane.editing);
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => draftOf(room));
  const [picking, setPicking] = useState(false);
  const people = usePeople(room, text);
  const cleaned = encodeRoomLinks(encodeMentions(cleanText(text), people.meant()), realtime.rooms.get().values());
  const left = charactersLeft(cleaned);
  const sendable = cleaned.trim() !== "" && left >= 0;

  useEffect(() => {
    // On a touch screen the focus would bring up the keyboard over what one came to read.
    if (editing === null && matchMedia("(pointer: fine)").matches) input.current?.focus();
  }, [editing]);

  useEffect(() => () => realtime.typing.tellStopped(room), [realtime, room]);

  useEffect(() => {
    keepReply(room, replyTo);
    if (replyTo !== null) input.current?.focus();
  }, [room, replyTo]);

  function change(next: string): void {
    setText(next);
    keepDraft(room, next);
    if (next.trim() === "") realtime.typing.tellStopped(room);
    else realtime.typing.tell(room);
  }

  function send(): void {
    if (!sendable) return;
    realtime.say(room, cleaned, replyTo);
    setText("");
    keepDraft(room, "");
    changePane(state, { replyTo: null });
    input.current?.focus();
  }

  /** Where the caret was left, or in place of what is marked there. */
  function insert(emoji: string): void {
    const { selectionStart, selectionEnd } = input.current ?? { selectionStart: text.length, selectionEnd: text.length };
    change(text.slice(0, selectionStart) + emoji + text.slice(selectionEnd));
    stopPicking(selectionStart + emoji.length);
  }

  function stopPicking(caret?: number): void {
    setPicking(false);
    // By then the dialog has given the focus back to its button.
    requestAnimationFrame(() => {
      input.current?.focus();
      if (caret !== undefined) input.current?.setSelectionRange(caret, caret);
    });
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") changePane(state, { replyTo: null });
    if (event.key !== "ArrowUp" || text !== "") return;
    const own = lastOwn(conversation, realtime.me.id);
    if (own === null) return;
    event.preventDefault();
    changePane(state, { editing: own });
  }

  return (
    <>
      <form
        className={styles.composer}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {replyTo !== null && (
          <div className={replyStyles.bar}>
            <span>{texts.messages.replyingTo}</span>
            <QuotedLine n={replyTo} />
            <IconButton label={texts.messages.doNotReply} onClick={() => changePane(state, { replyTo: null })}>
              <X size={16} aria-hidden />
            </IconButton>
          </div>
        )}
        <MessageField
          ref={input}
          value={text}
          label={texts.messages.messageTo(title)}
          placeholder={texts.messages.messageTo(title)}
          people={people.offered}
          invalid={left < 0}
          describedBy={isCounted(left) ? "characters-left" : undefined}
          onChange={change}
          onSubmit={send}
          onKey={onKey}
        />
        <IconButton label={texts.messages.emoji} className={styles.pick} onClick={() => setPicking(true)}>
          <Smile size={18} aria-hidden />
        </IconButton>
        <button type="submit" className={styles.send} aria-label={texts.messages.send} title={texts.messages.send} disabled={!sendable}>
          <SendHorizontal size={18} aria-hidden />
        </button>
        <CharactersLeft id="characters-left" left={left} />
      </form>
      {picking && <EmojiDialog title={texts.messages.emoji} onClose={stopPicking} onChoose={insert} />}
    </>
  );
}
