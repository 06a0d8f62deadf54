import { ArrowLeft, Hash, Lock, Users } from "lucide-react";
import { Link } from "wouter";

import { Avatar, PresenceText } from "@/shared/components/avatar";
import { IconButton } from "@/shared/components/button";
import type { Room } from "@/shared/contract/types";
import { useOnline } from "@/shared/services/selectors";

import styles from "./shell.module.css";

interface RoomHeaderProps {
  readonly title: string;
  readonly room?: Room;
  readonly members?: boolean;
  readonly onMembers?: () => void;
}

export function RoomHeader({ title, room, members, onMembers }: RoomHeaderProps) {
  const online = useOnline(room?.peer ?? "");
  return (
    <header className={styles.header}>
      <Link href="/" className={styles.back} aria-label="Back to the list">
        <ArrowLeft size={20} aria-hidden />
      </Link>
      {room !== undefined && <Sign room={room} title={title} online={online} />}
      <div className={styles.heading}>
        <h1>
          {title}
          {room?.kind === "dm" && <PresenceText online={online} />}
        </h1>
        {room !== undefined && room.topic !== "" && <p title={room.topic}>{room.topic}</p>}
      </div>
      {onMembers !== undefined && (
        <IconButton label="Members" aria-expanded={members} onClick={onMembers}>
          <Users size={18} aria-hidden />
        </IconButton>
      )}
    </header>
  );
}

interface SignProps {
  readonly room: Room;
  readonly title: string;
  readonly online: boolean;
}

function Sign({ room, title, online }: SignProps) {
  if (room.peer !== null) return <Avatar id={room.peer} name={title} size="small" online={online} />;
  if (room.visibility === "public") return <Hash size={20} aria-hidden />;
  return <Lock size={18} aria-label="Private" />;
}
