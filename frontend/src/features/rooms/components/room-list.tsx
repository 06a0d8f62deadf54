import { Compass, MessageSquarePlus, Plus } from "lucide-react";
import { useEffect, useMemo, type ReactNode } from "react";

import { sortedRooms } from "@/features/rooms/lib/room-order";
import { IconButton } from "@/shared/components/button";
import type { Room } from "@/shared/contract/types";
import { useRooms, useUsers } from "@/shared/services/selectors";
import { useRealtime } from "@/shared/services/services";

import styles from "./room-list.module.css";
import { RoomListItem } from "./room-list-item";

interface RoomListProps {
  readonly shown: string | null;
  readonly onCreate: () => void;
  readonly onBrowse: () => void;
  readonly onDirectMessage: () => void;
}

export function RoomList({ shown, onCreate, onBrowse, onDirectMessage }: RoomListProps) {
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
    <nav className={styles.list} aria-label="Rooms and direct messages">
      <Section
        title="Rooms"
        rooms={rooms}
        shown={shown}
        empty="You are in no room yet. Browse the public ones or create the first."
      >
        <IconButton label="Browse rooms" onClick={onBrowse}>
          <Compass size={17} aria-hidden />
        </IconButton>
        <IconButton label="Create a room" onClick={onCreate}>
          <Plus size={18} aria-hidden />
        </IconButton>
      </Section>
      <Section title="Direct messages" rooms={direct} shown={shown} empty="Talk to one person, just the two of you.">
        <IconButton label="New direct message" onClick={onDirectMessage}>
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
