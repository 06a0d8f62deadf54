import { Hash, Lock } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";

import { Avatar, PresenceText } from "@/shared/components/avatar";
import { classNames } from "@/shared/components/class-names";
import type { Room } from "@/shared/contract/types";
import { useSelected } from "@/shared/lib/use-store";
import { useOnline, useRoomTitle } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";

import styles from "./room-list.module.css";

interface RoomListItemProps {
  readonly room: Room;
  readonly current: boolean;
}

const MANY = 99;

export const RoomListItem = memo(function RoomListItem({ room, current }: RoomListItemProps) {
  const { arrivals } = useRealtime();
  const title = useRoomTitle(room);
  const online = useOnline(room.peer ?? "");
  const unseen = useSelected(arrivals.counts, (counts) => counts.get(room.id) ?? 0);
  return (
    <li>
      <Link
        href={`/rooms/${room.id}`}
        className={classNames(styles.item, unseen > 0 && styles.unseen)}
        aria-current={current ? "page" : undefined}
      >
        <span className={styles.sign}>
          {room.peer !== null ? (
            <Avatar id={room.peer} name={title} size="small" online={online} />
          ) : room.visibility === "public" ? (
            <Hash size={16} aria-hidden />
          ) : (
            <Lock size={15} aria-label="Private" />
          )}
        </span>
        <span className={styles.title}>{title}</span>
        {room.peer !== null && <PresenceText online={online} />}
        {unseen > 0 && (
          <span className={styles.count}>
            {unseen > MANY ? `${MANY}+` : unseen}
            <span className="visually-hidden"> new</span>
          </span>
        )}
      </Link>
    </li>
  );
});
