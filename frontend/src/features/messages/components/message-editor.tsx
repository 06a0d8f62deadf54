import { useEffect, useId, useRef, useState } from "react";

import { charactersLeft, isCounted } from "@/features/messages/lib/characters-left";
import { cleanText } from "@/features/messages/lib/clean-text";
import { decodeMentions, encodeMentions } from "@/features/messages/lib/mentions";
import { changePane, usePane } from "@/features/messages/lib/pane";
import { decodeRoomLinks, encodeRoomLinks } from "@/features/messages/lib/room-links";
import { usePeople } from "@/features/messages/lib/use-people";
import { Button } from "@/shared/components/button";
import type { Message } from "@/shared/contract/types";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { CharactersLeft } from "./characters-left";
import styles from "./composer.module.css";
import { MessageField } from "./message-field";

/** Another text for a message, in its place: Enter saves, Escape leaves it as it was. */
export function MessageEditor({ message }: { readonly message: Message }) {
  const texts = useTexts();
  const realtime = useRealtime();
  const { state } = usePane();
  const count = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const rooms = realtime.rooms.get();
  const [before] = useState(() => decodeRoomLinks(decodeMentions(message.text, realtime.directory.users.get()), rooms));
  const [text, setText] = useState(before);
  const people = usePeople(message.room, text);
  const cleaned = encodeRoomLinks(encodeMentions(cleanText(text), people.meant()), rooms.values());
  const left = charactersLeft(cleaned);
  const sendable = cleaned.trim() !== "" && left >= 0;

  useEffect(() => {
    const area = input.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
    area?.scrollIntoView({ block: "nearest" });
  }, []);

  function close(): void {
    changePane(state, { editing: null });
  }

  function save(): void {
    if (!sendable) return;
    if (text !== before && cleaned !== message.text) realtime.edit(message.room, message.n, cleaned);
    close();
  }

  return (
    <div className={styles.editor}>
      <MessageField
        ref={input}
        value={text}
        label={texts.messages.editMessage}
        people={people.offered}
        invalid={left < 0}
        describedBy={isCounted(left) ? count : undefined}
        onChange={setText}
        onSubmit={save}
        onKey={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          close();
        }}
      />
      <CharactersLeft id={count} left={left} />
      <div className={styles.buttons}>
        <Button small onClick={close}>
          {texts.common.cancel}
        </Button>
        <Button small look="primary" disabled={!sendable} onClick={save}>
          {texts.common.save}
        </Button>
      </div>
    </div>
  );
}
