import { Copy, Flag, Link, MailOpen, Pencil, Reply, SmilePlus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";

import { messageLink } from "@/features/messages/lib/message-link";
import { changePane, usePane, type PaneState } from "@/features/messages/lib/pane";
import { readableText } from "@/features/messages/lib/readable";
import { IconButton } from "@/shared/components/button";
import type { Message } from "@/shared/contract/types";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { EmojiPicker } from "./emoji-picker";
import styles from "./message-toolbar.module.css";

const ICON = 16;

/** What can be done with a message. */
export function MessageToolbar({ message }: { readonly message: Message }) {
  const texts = useTexts();
  const { state, rights, touch } = usePane();
  const realtime = useRealtime();
  const [picking, setPicking] = useState(false);
  const toolbar = useRef<HTMLDivElement>(null);
  const { room, n } = message;
  const own = message.sender === realtime.me.id;
  const deleted = message.deleted_at !== null;

  function begin(change: Partial<PaneState>): void {
    changePane(state, { active: null, ...change });
  }

  function closePicker(): void {
    // What has the focus goes: the message takes it.
    if (touch) begin({});
    else toolbar.current?.closest<HTMLElement>("[data-n]")?.focus();
    setPicking(false);
  }

  function copy(text: string, failure: string): void {
    navigator.clipboard.writeText(text).then(
      () => begin({ notice: null }),
      () => begin({ notice: failure }),
    );
  }

  return (
    <div ref={toolbar} className={styles.toolbar} role="toolbar" aria-label={texts.messages.actions} data-touch={touch}>
      {picking ? (
        <EmojiPicker message={message} onClose={closePicker} onMore={() => begin({ dialog: { kind: "react", n } })} />
      ) : (
        <>
          {!deleted && (
            <>
              {rights.speak && (
                <>
                  <IconButton label={texts.messages.react} onClick={() => setPicking(true)}>
                    <SmilePlus size={ICON} aria-hidden />
                  </IconButton>
                  <IconButton label={texts.messages.reply} onClick={() => begin({ replyTo: n })}>
                    <Reply size={ICON} aria-hidden />
                  </IconButton>
                </>
              )}
              {own && rights.speak && (
                <IconButton label={texts.messages.edit} onClick={() => begin({ editing: n })}>
                  <Pencil size={ICON} aria-hidden />
                </IconButton>
              )}
              <IconButton
                label={texts.messages.copyText}
                onClick={() => {
                  const text = readableText(message.text, realtime.directory.users.get(), realtime.rooms.get());
                  copy(text, texts.messages.textNotCopied);
                }}
              >
                <Copy size={ICON} aria-hidden />
              </IconButton>
              <IconButton
                label={texts.messages.copyLink}
                onClick={() => copy(messageLink(location.origin, room, n), texts.messages.linkNotCopied)}
              >
                <Link size={ICON} aria-hidden />
              </IconButton>
            </>
          )}
          <IconButton
            label={texts.messages.markUnread}
            onClick={() => {
              realtime.reads.markUnread(room, n);
              begin({});
            }}
          >
            <MailOpen size={ICON} aria-hidden />
          </IconButton>
          {!deleted && !own && (
            <IconButton label={texts.messages.report} onClick={() => begin({ dialog: { kind: "report", n } })}>
              <Flag size={ICON} aria-hidden />
            </IconButton>
          )}
          {!deleted && (own ? rights.deleteOwn : rights.deleteOthers) && (
            <IconButton
              label={texts.messages.delete}
              className={styles.danger}
              onClick={() => begin({ dialog: { kind: "delete", n } })}
            >
              <Trash2 size={ICON} aria-hidden />
            </IconButton>
          )}
        </>
      )}
    </div>
  );
}
