import { useCallback, useState } from "react";

import { browseRooms } from "@/features/rooms/api/browse-rooms";
import { joinRoom } from "@/features/rooms/api/join-room";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import type { PublicRoom, PublicRooms } from "@/shared/contract/types";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useApi, useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./dialogs.module.css";

interface PublicRoomListProps {
  readonly q: string;
  readonly onOpen: (room: string) => void;
}

export function PublicRoomList({ q, onOpen }: PublicRoomListProps) {
  const texts = useTexts();
  const api = useApi();
  const ask = useCallback(() => browseRooms(api, q), [api, q]);
  const request = useRequest(ask);
  return (
    <div className={styles.results}>
      {request.status === "loading" && <Skeleton rows={6} label={texts.rooms.loadingRooms} />}
      {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
      {request.status === "loaded" && <Pages first={request.answer} q={q} onOpen={onOpen} />}
    </div>
  );
}

interface PagesProps extends PublicRoomListProps {
  readonly first: PublicRooms;
}

function Pages({ first, q, onOpen }: PagesProps) {
  const texts = useTexts();
  const api = useApi();
  const [{ rooms, more }, setLoaded] = useState(first);
  const next = useAction(async () => {
    const page = await browseRooms(api, q, rooms[rooms.length - 1]?.name);
    setLoaded({ rooms: [...rooms, ...page.rooms], more: page.more });
  });
  if (rooms.length === 0) {
    return <p className={styles.muted}>{q === "" ? texts.rooms.noPublicRoom : texts.rooms.noneFound}</p>;
  }
  return (
    <>
      <ul>
        {rooms.map((room) => (
          <PublicRoomItem key={room.id} room={room} onOpen={onOpen} />
        ))}
      </ul>
      {(more || next.problem !== null) && (
        <div className={styles.more}>
          <Problem problem={next.problem} />
          <Button small busy={next.busy} onClick={() => void next.run()}>
            {texts.rooms.showMore}
          </Button>
        </div>
      )}
    </>
  );
}

interface PublicRoomItemProps {
  readonly room: PublicRoom;
  readonly onOpen: (room: string) => void;
}

function PublicRoomItem({ room, onOpen }: PublicRoomItemProps) {
  const texts = useTexts();
  const api = useApi();
  const realtime = useRealtime();
  const join = useAction(async () => {
    realtime.addRoom(await joinRoom(api, room.id));
    onOpen(room.id);
  });
  const members = texts.rooms.members(room.members);
  return (
    <li className={styles.room}>
      <div className={styles.about}>
        <p className={styles.name}>{room.name}</p>
        <p className={styles.topic}>{room.topic === "" ? members : texts.rooms.membersAndTopic(members, room.topic)}</p>
        <Problem problem={join.problem} />
      </div>
      {room.joined ? (
        <Button small aria-label={texts.rooms.openRoom(room.name)} onClick={() => onOpen(room.id)}>
          {texts.rooms.open}
        </Button>
      ) : (
        <Button small look="primary" busy={join.busy} aria-label={texts.rooms.joinNamed(room.name)} onClick={() => void join.run()}>
          {texts.rooms.join}
        </Button>
      )}
    </li>
  );
}
