import { ArrowLeft, Bell, Hash, Lock, Settings, Users } from "lucide-react";
import { Link } from "wouter";

import { Avatar, PresenceText } from "@/shared/components/avatar";
import { IconButton } from "@/shared/components/button";
import type { Room } from "@/shared/contract/types";
import { lastSeenText } from "@/shared/lib/times";
import type { PresenceState } from "@/shared/realtime/presence-watch";
import { useSighting } from "@/shared/services/selectors";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./shell.module.css";

interface RoomHeaderProps {
  readonly title: string;
  readonly room?: Room;
  readonly members?: boolean;
  readonly onMembers?: () => void;
  readonly onNotifications?: () => void;
  /** For who may change the room. */
  readonly onSettings?: (() => void) | undefined;
}

export function RoomHeader({ title, room, members, onMembers, onNotifications, onSettings }: RoomHeaderProps) {
  const texts = useTexts();
  const { state, lastSeen } = useSighting(room?.peer ?? "");
  return (
    <header className={styles.header}>
      <Link href="/" className={styles.back} aria-label={texts.app.backToList}>
        <ArrowLeft size={20} aria-hidden />
      </Link>
      {room !== undefined && <Sign room={room} title={title} presence={state} />}
      <div className={styles.heading}>
        <h1>
          {title}
          {room?.kind === "dm" && <PresenceText presence={state} />}
        </h1>
        {lastSeen !== undefined && <p>{lastSeenText(lastSeen, new Date())}</p>}
        {room !== undefined && room.topic !== "" && <p title={room.topic}>{room.topic}</p>}
      </div>
      {onSettings !== undefined && (
        <IconButton label={texts.app.roomSettings} onClick={onSettings}>
          <Settings size={18} aria-hidden />
        </IconButton>
      )}
      {onNotifications !== undefined && (
        <IconButton label={texts.app.roomNotifications} onClick={onNotifications}>
          <Bell size={18} aria-hidden />
        </IconButton>
      )}
      {onMembers !== undefined && (
        <IconButton label={texts.app.members} aria-expanded={members} onClick={onMembers}>
          <Users size={18} aria-hidden />
        </IconButton>
      )}
    </header>
  );
}

interface SignProps {
  readonly room: Room;
  readonly title: string;
  readonly presence: PresenceState;
}

function Sign({ room, title, presence }: SignProps) {
  const texts = useTexts();
  if (room.peer !== null) return <Avatar id={room.peer} name={title} size="small" presence={presence} />;
  if (room.visibility === "public") return <Hash size={20} aria-hidden />;
  return <Lock size={18} aria-label={texts.common.private} />;
}
