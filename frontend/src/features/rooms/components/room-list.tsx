import { Compass, MessageSquarePlus, Plus } from "lucide-react";
import { useEffect, useMemo, type ReactNode } from "react";

import { sortedRooms } from "@/features/rooms/lib/room-order";
import { IconButton } from "@/shared/components/button";
import type { Room } from "@/shared/contract/types";
import { useRooms, useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./room-list.module.css";
import { RoomListItem } from "./room-list-item";

interface RoomListProps {
  readonly shown: string | null;
  readonly onCreate: () => void;
  readonly onBrowse: () => void;
  readonly onDirectMessage: () => void;
}

export function RoomList({ shown, onCreate, onBrowse, onDirectMessage }: RoomListProps) {
  const texts = useTexts();
  const { presence } = useRealtime();
  const all = useRooms();
  const users = useUsers();
  const rooms = useMemo(() => sortedRooms(all.values(), "room", users), [all, users]);
  const direct = useMemo(() => sortedRooms(all.values(), "dm", users), [all, users]);

  useEffect(() => {
    presence.watch(
      "direct-messages",
      direct.flatMap((room) => room.peer ?? []),
    );
  }, [presence, direct]);

  return (
    <nav className={styles.list} aria-label={texts.rooms.roomsAndDirectMessages}>
      <Section
        title={texts.rooms.rooms}
        rooms={rooms}
        shown={shown}
        empty={texts.rooms.noRooms}
      >
        <IconButton label={texts.rooms.browse} onClick={onBrowse}>
          <Compass size={17} aria-hidden />
        </IconButton>
        <IconButton label={texts.rooms.create} onClick={onCreate}>
          <Plus size={18} aria-hidden />
        </IconButton>
      </Section>
      <Section
        title={texts.rooms.directMessages}
        rooms={direct}
        shown={shown}
        empty={texts.rooms.noDirectMessages}
      >
        <IconButton label={texts.rooms.newDirectMessage} onClick={onDirectMessage}>
          <MessageSquarePlus size={17} aria-hidden />
        </IconButton>
      </Section>
    </nav>
  );
}

interface SectionProps {
  readonly title: string;
  readonly rooms: readonly Room[];
  readonly shown: string | null;
  readonly empty: string;
  readonly children: ReactNode;
}

function Section({ title, rooms, shown, empty, children }: SectionProps) {
  return (
    <section className={styles.section}>
      <header className={styles.heading}>
        <h2>{title}</h2>
        {children}
      </header>
      {rooms.length === 0 ? (
        <p className={styles.empty}>{empty}</p>
      ) : (
        <ul>
          {rooms.map((room) => (
            <RoomListItem key={room.id} room={room} current={room.id === shown} />
          ))}
        </ul>
      )}
    </section>
  );
}
