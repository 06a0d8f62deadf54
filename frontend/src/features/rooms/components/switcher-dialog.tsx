import { Hash, Lock } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { foundRooms, listedRooms, titleOf } from "@/features/rooms/lib/room-order";
import { Avatar } from "@/shared/components/avatar";
import { Dialog } from "@/shared/components/dialog";
import { TextField } from "@/shared/components/text-field";
import { useStore } from "@/shared/lib/use-store";
import { useRooms, useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./switcher-dialog.module.css";

interface SwitcherDialogProps {
  readonly onClose: () => void;
  readonly onOpen: (room: string) => void;
}

/** Goes to one of the user's rooms or direct messages by a few letters of its name. */
export function SwitcherDialog({ onClose, onOpen }: SwitcherDialogProps) {
  const texts = useTexts();
  const { reads } = useRealtime();
  const rooms = useRooms();
  const users = useUsers();
  const unread = useStore(reads.unread);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const found = useMemo(
    () => foundRooms(listedRooms(rooms.values(), users), text, users, new Set(unread.keys())),
    [rooms, users, text, unread],
  );
  const at = Math.min(chosen, found.length - 1);

  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at, found]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || found.length === 0) return;
    const room = found[at];
    if (event.key === "ArrowDown") setChosen((at + 1) % found.length);
    else if (event.key === "ArrowUp") setChosen((at - 1 + found.length) % found.length);
    else if (event.key === "Enter" && room !== undefined) onOpen(room.id);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog title={texts.rooms.goTo} onClose={onClose}>
      <TextField
        label={texts.rooms.roomOrPerson}
        type="text"
        role="combobox"
        autoComplete="off"
        maxLength={100}
        value={text}
        aria-expanded
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={found.length === 0 ? undefined : `${id}${at}`}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul ref={list} id={id} role="listbox" aria-label={texts.rooms.roomsAndDirectMessages} className={styles.results}>
        {found.map((room, index) => {
          const title = titleOf(room, users);
          const news = unread.get(room.id)?.messages ?? 0;
          return (
            <li
              key={room.id}
              id={`${id}${index}`}
              role="option"
              aria-selected={index === at}
              className={styles.option}
              onPointerMove={() => setChosen(index)}
              onClick={() => onOpen(room.id)}
            >
              {room.peer !== null ? (
                <Avatar id={room.peer} name={title} size="small" />
              ) : room.visibility === "public" ? (
                <Hash size={16} aria-hidden />
              ) : (
                <Lock size={15} aria-label={texts.common.private} />
              )}
              <span className={styles.title}>{title}</span>
              {news > 0 && <span className={styles.news}>{texts.rooms.newMessages(news)}</span>}
            </li>
          );
        })}
      </ul>
      {found.length === 0 && (
        <p role="status" className={styles.nothing}>
          {texts.rooms.noneOfYours}
        </p>
      )}
    </Dialog>
  );
}
