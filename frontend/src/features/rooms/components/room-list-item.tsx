import { Hash, Lock } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";

import { Avatar, PresenceText } from "@/shared/components/avatar";
import { classNames } from "@/shared/components/class-names";
import type { Room } from "@/shared/contract/types";
import { useSelected } from "@/shared/lib/use-store";
import { levelOf } from "@/shared/realtime/notification-settings";
import type { Unread } from "@/shared/realtime/read-states";
import { useRoomTitle, useSighting } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import type { Texts } from "@/shared/texts/en";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./room-list.module.css";

interface RoomListItemProps {
  readonly room: Room;
  readonly current: boolean;
}

const MANY = 99;
const NOTHING: Unread = { messages: 0, mentions: 0 };

function few(count: number, { many, number }: Texts["rooms"]): string {
  return count > MANY ? many(MANY) : number(count);
}

export const RoomListItem = memo(function RoomListItem({ room, current }: RoomListItemProps) {
  const texts = useTexts();
  const { reads, notifications } = useRealtime();
  const title = useRoomTitle(room);
  const { state } = useSighting(room.peer ?? "");
  const unread = useSelected(reads.unread, (rooms) => rooms.get(room.id)) ?? NOTHING;
  const silent = useSelected(notifications.current, (chosen) => levelOf(room, chosen) === "nothing");
  return (
    <li>
      <Link
        href={`/rooms/${room.id}`}
        className={classNames(styles.item, unread.messages > 0 && !silent && styles.unread)}
        aria-current={current ? "page" : undefined}
      >
        <span className={styles.sign}>
          {room.peer !== null ? (
            <Avatar id={room.peer} name={title} size="small" presence={state} />
          ) : room.visibility === "public" ? (
            <Hash size={16} aria-hidden />
          ) : (
            <Lock size={15} aria-label={texts.common.private} />
          )}
        </span>
        <span className={styles.title}>{title}</span>
        {room.peer !== null && <PresenceText presence={state} />}
        {unread.messages > 0 && (
          <span className={classNames(styles.count, silent && styles.silent)}>
            {few(unread.messages, texts.rooms)}
            <span className="visually-hidden"> {texts.rooms.new}</span>
          </span>
        )}
        {unread.mentions > 0 && !silent && (
          <span className={styles.mentions}>
            <span aria-hidden>@</span>
            {few(unread.mentions, texts.rooms)}
            <span className="visually-hidden"> {texts.rooms.mentionsOfYou(unread.mentions)}</span>
          </span>
        )}
      </Link>
    </li>
  );
});
