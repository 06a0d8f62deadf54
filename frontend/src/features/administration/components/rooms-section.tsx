import { useCallback, useState } from "react";
import { Link } from "wouter";

import { listAllRooms } from "@/features/administration/api/rooms";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { TextField } from "@/shared/components/text-field";
import type { WorkspaceRoom, WorkspaceRooms } from "@/shared/contract/types";
import { dateText } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useSettled } from "@/shared/lib/use-settled";
import { useApi } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";
import { RoomDialog } from "./room-dialog";

/** All rooms of the workspace but direct messages, those made last first. */
export function RoomsSection() {
  const texts = useAllTexts();
  const [text, setText] = useState("");
  const q = useSettled(text.trim());
  return (
    <section className={styles.section} aria-labelledby="rooms">
      <h2 id="rooms">{texts.administration.rooms}</h2>
      <TextField
        label={texts.administration.findRooms}
        hint={texts.administration.privateNames}
        type="search"
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <FoundRooms key={q} q={q} />
    </section>
  );
}

interface FoundRoomsProps {
  readonly q: string;
}

function FoundRooms({ q }: FoundRoomsProps) {
  const texts = useAllTexts();
  const api = useApi();
  const request = useRequest(useCallback(() => listAllRooms(api, q), [api, q]));
  if (request.status === "loading") return <Skeleton rows={6} label={texts.administration.loadingRooms} />;
  if (request.status === "failed") return <Problem problem={request.problem} onRetry={request.again} />;
  return <RoomList first={request.answer} q={q} />;
}

interface RoomListProps extends FoundRoomsProps {
  readonly first: WorkspaceRooms;
}

function RoomList({ first, q }: RoomListProps) {
  const texts = useAllTexts();
  const api = useApi();
  const [{ rooms, more }, setLoaded] = useState(first);
  const [managed, setManaged] = useState<WorkspaceRoom | null>(null);
  const next = useAction(async () => {
    const page = await listAllRooms(api, q, rooms[rooms.length - 1]?.id);
    setLoaded({ rooms: [...rooms, ...page.rooms], more: page.more });
  });

  function change(room: WorkspaceRoom, changed: WorkspaceRoom | null): void {
    const present = changed === null ? rooms.filter(({ id }) => id !== room.id) : rooms.map((it) => (it === room ? changed : it));
    setLoaded({ rooms: present, more });
    setManaged(null);
  }

  if (rooms.length === 0 && !more) {
    return <p className={styles.muted}>{q === "" ? texts.administration.noRoom : texts.administration.noRoomFound}</p>;
  }
  return (
    <>
      <ul className={styles.list} aria-label={texts.administration.roomsLatestFirst}>
        {rooms.map((room) => (
          <OneRoom key={room.id} room={room} onManage={() => setManaged(room)} />
        ))}
      </ul>
      <Problem problem={next.problem} />
      {more && (
        <Button busy={next.busy} onClick={() => void next.run()}>
          {texts.administration.moreRooms}
        </Button>
      )}
      {managed !== null && (
        <RoomDialog
          room={managed}
          onChanged={(changed) => change(managed, changed)}
          onClose={() => setManaged(null)}
        />
      )}
    </>
  );
}

interface OneRoomProps {
  readonly room: WorkspaceRoom;
  readonly onManage: () => void;
}

function OneRoom({ room, onManage }: OneRoomProps) {
  const texts = useAllTexts();
  const { active, archived, made, members, namelessRoom, visibilities } = texts.administration;
  const name = room.name ?? namelessRoom;
  const facts = [
    visibilities[room.visibility],
    room.archived && archived,
    members(room.members),
    made(dateText(room.created_at)),
    room.active_at !== null && active(dateText(room.active_at)),
  ].filter((fact) => fact !== false);
  // Nobody can come into an archived room, or into a private one without its members.
  const enterable = room.joined || (room.visibility === "public" && !room.archived);
  return (
    <li>
      <div className={styles.about}>
        <p className={room.name === null ? styles.nameless : styles.name}>{name}</p>
        <p className={styles.muted}>{facts.join(" · ")}</p>
      </div>
      {enterable && (
        <Link href={`/rooms/${room.id}`} aria-label={texts.administration.openNamed(name)}>
          {texts.rooms.open}
        </Link>
      )}
      {room.joined && (
        <Button small aria-label={texts.administration.manageNamed(name)} onClick={onManage}>
          {texts.administration.manage}
        </Button>
      )}
    </li>
  );
}
