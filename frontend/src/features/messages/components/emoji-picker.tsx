import { useEffect, useRef, useState, type SubmitEvent } from "react";

import { soleEmoji, USUAL_EMOJI } from "@/features/messages/lib/emoji";
import type { Message } from "@/shared/contract/types";
import { hasReacted } from "@/shared/realtime/message";
import { useRealtime } from "@/shared/services/services";

import styles from "./reactions.module.css";

interface EmojiPickerProps {
  readonly message: Message;
  readonly onClose: () => void;
}

/** A short row of emoji, and a field for any other. */
export function EmojiPicker({ message, onClose }: EmojiPickerProps) {
  const realtime = useRealtime();
  const row = useRef<HTMLFormElement>(null);
  const [other, setOther] = useState("");
  const [wrong, setWrong] = useState(false);

  useEffect(() => row.current?.querySelector("button")?.focus(), []);

  function choose(emoji: string): void {
    realtime.react(message, emoji);
    onClose();
  }

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const emoji = soleEmoji(other);
    if (emoji === null) setWrong(true);
    else choose(emoji);
  }

  return (
    <form
      ref={row}
      className={styles.picker}
      aria-label="React with"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      {USUAL_EMOJI.map((emoji) => (
        <button
          key={emoji}
          type="button"
          className={styles.emoji}
          aria-label={`React with ${emoji}`}
          aria-pressed={hasReacted(message, emoji, realtime.me.id)}
          onClick={() => choose(emoji)}
        >
          {emoji}
        </button>
      ))}
      <input
        className={styles.other}
        value={other}
        placeholder="Another…"
        aria-label="Another emoji"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? "not-an-emoji" : undefined}
        autoComplete="off"
        enterKeyHint="done"
        onChange={(event) => {
          setOther(event.target.value);
          setWrong(false);
        }}
      />
      {wrong && (
        <p id="not-an-emoji" className={styles.wrong} role="alert">
          Enter one emoji.
        </p>
      )}
    </form>
  );
}
