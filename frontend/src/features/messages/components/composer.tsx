import { SendHorizontal } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { cleanText } from "@/features/messages/lib/clean-text";
import { draftOf, keepDraft } from "@/features/messages/lib/drafts";
import { TEXT_LENGTH } from "@/shared/contract/limits";
import { countCharacters } from "@/shared/lib/characters";
import { useRealtime } from "@/shared/services/services";

import styles from "./composer.module.css";

interface ComposerProps {
  readonly room: string;
  readonly title: string;
}

/** The count shows when so few characters are left. */
const COUNT_FROM = 500;
/** The code of a key that an input method took. Safari tells only so of the Enter that ends a composition. */
const IME_KEY_CODE = 229;

/** Where messages are written. Mounted anew for each room; what was typed there is kept. */
export function Composer({ room, title }: ComposerProps) {
  const realtime = useRealtime();
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => draftOf(room));
  const cleaned = cleanText(text);
  const left = TEXT_LENGTH - countCharacters(cleaned);
  const sendable = cleaned.trim() !== "" && left >= 0;

  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [text]);

  useEffect(() => {
    // On a touch screen the focus would bring up the keyboard over what one came to read.
    if (matchMedia("(pointer: fine)").matches) input.current?.focus();
    return () => realtime.typing.tellStopped(room);
  }, [realtime, room]);

  function change(next: string): void {
    setText(next);
    keepDraft(room, next);
    if (next.trim() === "") realtime.typing.tellStopped(room);
    else realtime.typing.tell(room);
  }

  function send(): void {
    if (!sendable) return;
    realtime.say(room, cleaned);
    setText("");
    keepDraft(room, "");
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells it in Safari
    const composing = event.nativeEvent.isComposing || event.keyCode === IME_KEY_CODE;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={input}
        className={styles.input}
        rows={1}
        value={text}
        placeholder={`Message ${title}`}
        aria-label={`Message ${title}`}
        aria-invalid={left < 0 ? true : undefined}
        aria-describedby={left < COUNT_FROM ? "characters-left" : undefined}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className={styles.send} aria-label="Send" title="Send" disabled={!sendable}>
        <SendHorizontal size={18} aria-hidden />
      </button>
      {left < COUNT_FROM && (
        <p id="characters-left" className={styles.count} data-over={left < 0} role={left < 0 ? "alert" : undefined}>
          {left >= 0 ? `${left} ${left === 1 ? "character" : "characters"} left` : `${-left} characters too long: shorten it to send it`}
        </p>
      )}
    </form>
  );
}
