import { useState } from "react";
import { useSearch } from "wouter";

import { MessagesPane } from "@/features/messages/components/messages-pane";
import { linkedMessage } from "@/features/messages/lib/message-link";
import { MembersPanel } from "@/features/people/components/members-panel";
import { JoinPrompt } from "@/features/rooms/components/join-prompt";
import { LeaveRoomDialog } from "@/features/rooms/components/leave-room-dialog";
import { RoomNotificationsDialog } from "@/features/rooms/components/room-notifications-dialog";
import { RoomSettingsDialog } from "@/features/rooms/components/room-settings-dialog";
import { Button } from "@/shared/components/button";
import type { Room } from "@/shared/contract/types";
import type { Conversation } from "@/shared/realtime/conversation";
import { useConversation, useRoom, useRoomTitle } from "@/shared/services/selectors";
import { useTexts } from "@/shared/texts/use-texts";

import { RoomHeader } from "./room-header";
import styles from "./shell.module.css";
import { useShownRoom } from "./use-shown-room";
import { useTitle } from "./use-title";

interface RoomPageProps {
  readonly id: string;
  readonly onOpen: (room: string) => void;
  readonly onLeft: () => void;
}

export function RoomPage({ id, onOpen, onLeft }: RoomPageProps) {
  const texts = useTexts();
  const room = useRoom(id);
  const conversation = useConversation(id);
  useShownRoom(room === undefined ? null : id);
  if (room === undefined || conversation === undefined) {
    return (
      <main className={styles.main}>
        <RoomHeader title={texts.app.room} />
        <JoinPrompt room={id} />
      </main>
    );
  }
  return <OpenRoom room={room} conversation={conversation} onOpen={onOpen} onLeft={onLeft} />;
}

interface OpenRoomProps {
  readonly room: Room;
  readonly conversation: Conversation;
  readonly onOpen: (room: string) => void;
  readonly onLeft: () => void;
}

function OpenRoom({ room, conversation, onOpen, onLeft }: OpenRoomProps) {
  const texts = useTexts();
  const [members, setMembers] = useState(false);
  const [dialog, setDialog] = useState<"leave" | "settings" | "notifications" | null>(null);
  const close = () => setDialog(null);
  // A direct message has nothing to change, and cannot be left.
  const ordinary = room.kind === "room";
  const linked = linkedMessage(useSearch());
  const title = useRoomTitle(room);
  useTitle(title);
  return (
    <>
      <main className={styles.main}>
        <RoomHeader
          room={room}
          title={title}
          members={members}
          onMembers={() => setMembers(!members)}
          onNotifications={() => setDialog("notifications")}
          onSettings={ordinary && room.role === "owner" ? () => setDialog("settings") : undefined}
        />
        <MessagesPane room={room} conversation={conversation} title={title} linked={linked} />
      </main>
      {members && (
        <div className={styles.panel}>
          <MembersPanel room={room.id} onClose={() => setMembers(false)} onOpen={onOpen}>
            {ordinary && (
              <div className={styles.leave}>
                <Button look="danger" small onClick={() => setDialog("leave")}>
                  {texts.app.leaveRoom}
                </Button>
              </div>
            )}
          </MembersPanel>
        </div>
      )}
      {dialog === "leave" && <LeaveRoomDialog room={room} onClose={close} onLeft={onLeft} />}
      {dialog === "notifications" && <RoomNotificationsDialog room={room} onClose={close} />}
      {dialog === "settings" && <RoomSettingsDialog room={room} onClose={close} />}
    </>
  );
}
