import { ConnectionBanner } from "@/features/connection/components/connection-banner";
import { JoinPrompt } from "@/features/rooms/components/join-prompt";
import { PublicRoomList } from "@/features/rooms/components/public-room-list";
import { RoomList } from "@/features/rooms/components/room-list";
import { ApiError } from "@/shared/api/api-error";
import type { PublicRooms } from "@/shared/contract/types";
import { RoomHeader } from "@/app/room-header";
import { id } from "@/shared/realtime/testing/fixtures";

import { Section, Specimen } from "../page";
import { ALAN, CHARLES, createWorld, GRACE, InWorld, never, roomAt, unavailable } from "../world";

const nothing = () => undefined;
const LONG_NAME = "A room whose name is longer than the list is wide";

const current = roomAt(40, { name: "Open now" });
const lock = roomAt(44, { name: "Private", visibility: "private" });
const peer = roomAt(50, { kind: "dm", peer: GRACE, name: "" });
const full = createWorld({
  rooms: [
    current,
    roomAt(41, { name: "Nothing new" }),
    roomAt(42, { name: "Unread", n: 7, seq: 7, read_n: 4 }),
    roomAt(43, { name: LONG_NAME, n: 250, seq: 250, read_n: 1, mentions: 3 }),
    lock,
    roomAt(45, { name: "Silent", n: 9, seq: 9, read_n: 4, mentions: 1 }),
    peer,
    roomAt(51, { kind: "dm", peer: ALAN, name: "", n: 2, seq: 2, read_n: 0 }),
    roomAt(52, { kind: "dm", peer: CHARLES, name: "" }),
  ],
  change: {
    notifications: { version: 1, quiet: { until: null, daily: null }, rooms: { [roomAt(45).id]: "nothing" } },
  },
});
full.realtime.presence.receive({ type: "presence", users: { [GRACE]: "online", [ALAN]: "away", [CHARLES]: "offline" } });
const empty = createWorld();

const FOUND: PublicRooms = {
  rooms: [
    { id: id(201), name: "Engine room", topic: "Cranks, columns and who left the oil open", members: 12, joined: true },
    { id: id(202), name: "Library", topic: "", members: 1, joined: false },
    { id: id(203), name: LONG_NAME.repeat(2), topic: "A topic that goes on and on. ".repeat(6), members: 1_234, joined: false },
  ],
  more: true,
};
const searches = [
  { state: "found", world: createWorld({ answer: () => FOUND }) },
  { state: "none found", world: createWorld({ answer: () => ({ rooms: [], more: false }) satisfies PublicRooms }) },
  { state: "loading", world: createWorld() },
  { state: "could not be loaded", world: createWorld({ answer: unavailable }) },
];

const lost = createWorld({ requests: { ticket: () => Promise.reject(new ApiError("offline", "Away.")) } });
const connecting = createWorld({ requests: { ticket: never } });
for (const { realtime } of [lost, connecting]) realtime.start();

/** Rooms, as they are listed, found and headed, and what is said of the connection. */
export function Rooms() {
  return (
    <>
      <Section name="room-list" title="The list of rooms">
        {[full, empty].map((world, index) => (
          <Specimen key={index} state={world === full ? "every state of a room" : "nothing"}>
            <div className="narrow">
              <InWorld world={world}>
                <RoomList shown={current.id} onCreate={nothing} onBrowse={nothing} onDirectMessage={nothing} />
              </InWorld>
            </div>
          </Specimen>
        ))}
      </Section>
      <Section name="room-headers" title="Headers of rooms">
        <InWorld world={full}>
          <RoomHeader
            title="Engine room"
            room={roomAt(60, { topic: "Cranks, columns and who left the oil open. ".repeat(4) })}
            members
            onMembers={nothing}
            onNotifications={nothing}
            onSettings={nothing}
          />
          <RoomHeader title="Private" room={lock} members={false} onMembers={nothing} />
          <RoomHeader title="Grace Hopper" room={peer} />
          <RoomHeader title="Not a room of the user's" />
        </InWorld>
      </Section>
      <Section name="public-rooms" title="Finding a room">
        {searches.map(({ state, world }) => (
          <Specimen key={state} state={state}>
            <InWorld world={world}>
              <PublicRoomList q="engine" onOpen={nothing} />
            </InWorld>
          </Specimen>
        ))}
        <Specimen state="a link to a room that one is not in">
          <InWorld world={empty}>
            <JoinPrompt room={id(300)} />
          </InWorld>
        </Specimen>
      </Section>
      <Section name="connection" title="The connection">
        {[lost, connecting].map((world, index) => (
          <Specimen key={index} state={world === lost ? "away, tried again soon" : "tried just now"}>
            <InWorld world={world}>
              <ConnectionBanner />
            </InWorld>
          </Specimen>
        ))}
      </Section>
    </>
  );
}
