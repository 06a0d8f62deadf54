import { MembersPanel } from "@/features/people/components/members-panel";
import type { Members } from "@/shared/contract/types";

import { Section, Specimen } from "../page";
import { ALAN, CHARLES, createWorld, GRACE, InWorld, roomAt, unavailable, USERS } from "../world";

const nothing = () => undefined;
const room = roomAt(70);
const ROLES = ["owner", "moderator", "member", "member"] as const;
const MEMBERS: Members = {
  members: USERS.map((user, index) => ({ user, role: ROLES[index] ?? "member", muted: user.id === CHARLES, joined_at: 1 })),
};

const lists = [
  { state: "online, away, offline, muted", world: createWorld({ rooms: [room], answer: () => MEMBERS }) },
  { state: "loading", world: createWorld({ rooms: [room] }) },
  { state: "could not be loaded", world: createWorld({ rooms: [room], answer: unavailable }) },
];
for (const { world } of lists) {
  world.realtime.presence.receive({
    ...{ type: "presence", users: { [GRACE]: "online", [ALAN]: "away", [CHARLES]: "offline" } },
    last_seen: { [CHARLES]: Date.UTC(2026, 0, 5, 11) * 1_000 },
  });
}

/** People, as they are listed. */
export function People() {
  return (
    <Section name="members" title="The members of a room">
      {lists.map(({ state, world }) => (
        <Specimen key={state} state={state}>
          <div className="narrow">
            <InWorld world={world}>
              <MembersPanel room={room.id} onClose={nothing} onOpen={nothing} />
            </InWorld>
          </div>
        </Specimen>
      ))}
    </Section>
  );
}
