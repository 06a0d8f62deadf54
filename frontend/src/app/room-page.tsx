import { useState } from "react";

import { Composer } from "@/features/messages/components/composer";
import { Timeline } from "@/features/messages/components/timeline";
import { TypingLine } from "@/features/messages/components/typing-line";
import { MembersPanel } from "@/features/people/components/members-panel";
import { JoinPrompt } from "@/features/rooms/components/join-prompt";
import { LeaveRoomDialog } from "@/features/rooms/components/leave-room-dialog";
import { Button } from "@/shared/components/button";
import type { Room } from "@/shared/contract/types";
import type { Conversation } from "@/shared/realtime/conversation";
import { useConversation, useRoom, useRoomTitle } from "@/shared/services/selectors";

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
  const room = useRoom(id);
  const conversation = useConversation(id);
  useShownRoom(room === undefined ? null : id);
  if (room === undefined || conversation === undefined) {
    return (
      <main className={styles.main}>
        <RoomHeader title="Room" />
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
  const [members, setMembers] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const title = useRoomTitle(room);
  useTitle(title);
  return (
    <>
      <main className={styles.main}>
        <RoomHeader room={room} title={title} members={members} onMembers={() => setMembers(!members)} />
        <Timeline conversation={conversation} title={title} />
        <Composer room={room.id} title={title} />
        <TypingLine room={room.id} />
      </main>
      {members && (
        <div className={styles.panel}>
          <MembersPanel room={room.id} onClose={() => setMembers(false)} onOpen={onOpen}>
            <div className={styles.leave}>
              <Button look="danger" small onClick={() => setLeaving(true)}>
                {room.kind === "dm" ? "Leave conversation" : "Leave room"}
              </Button>
            </div>
          </MembersPanel>
        </div>
      )}
      {leaving && <LeaveRoomDialog room={room} onClose={() => setLeaving(false)} onLeft={onLeft} />}
    </>
  );
}
