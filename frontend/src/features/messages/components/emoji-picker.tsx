import { Plus } from "lucide-react";
import { useEffect, useRef } from "react";

import { USUAL_EMOJI } from "@/features/messages/lib/emoji";
import { IconButton } from "@/shared/components/button";
import type { Message } from "@/shared/contract/types";
import { hasReacted } from "@/shared/realtime/message";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./reactions.module.css";

interface EmojiPickerProps {
  readonly message: Message;
  readonly onClose: () => void;
  /** None of these is the one. */
  readonly onMore: () => void;
}

/** A short row of emoji, and the way to all others. */
export function EmojiPicker({ message, onClose, onMore }: EmojiPickerProps) {
  const texts = useTexts();
  const realtime = useRealtime();
  const row = useRef<HTMLDivElement>(null);

  useEffect(() => row.current?.querySelector("button")?.focus(), []);

  return (
    <div
      ref={row}
      className={styles.picker}
      role="group"
      aria-label={texts.messages.reactWith}
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
          aria-label={texts.messages.reactWithEmoji(emoji)}
          aria-pressed={hasReacted(message, emoji, realtime.me.id)}
          onClick={() => {
            realtime.react(message, emoji);
            onClose();
          }}
        >
          {emoji}
        </button>
      ))}
      <IconButton label={texts.messages.allEmoji} onClick={onMore}>
        <Plus size={16} aria-hidden />
      </IconButton>
    </div>
  );
}
