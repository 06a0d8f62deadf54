import { Composer } from "@/features/messages/components/composer";
import { MessagesPane } from "@/features/messages/components/messages-pane";
import { keepDraft } from "@/features/messages/lib/drafts";
import { TEXT_LENGTH } from "@/shared/contract/limits";
import type { Message, Room } from "@/shared/contract/types";
import { id } from "@/shared/realtime/testing/fixtures";

import { Section, Specimen } from "../page";
import { ALAN, CHARLES, createWorld, GRACE, InPane, InWorld, roomAt } from "../world";

const SAID: Message = {
  ...{ n: 1, seq: 1, ts: Date.UTC(2026, 0, 5, 9) * 1_000, id: id(1_001), room: roomAt(23).id, sender: GRACE },
  ...{ text: "Shall we meet at ten tomorrow?", reply_to: null, mentions: [], edited_at: null, deleted_at: null, reactions: [] },
};

interface Draft {
  readonly state: string;
  readonly room: Room;
  readonly text: string;
  readonly replyTo?: number;
}

const DRAFTS: readonly Draft[] = [
  { state: "empty", room: roomAt(20), text: "" },
  { state: "a draft", room: roomAt(21), text: "A draft that is being written,\nof two lines" },
  { state: "near the limit", room: roomAt(22), text: "long\n".repeat(TEXT_LENGTH / 5 - 2) },
  { state: "answering", room: roomAt(23, { n: 1, seq: 1, read_n: 1 }), text: "", replyTo: 1 },
  { state: "beyond the limit", room: roomAt(24), text: "long\n".repeat(TEXT_LENGTH / 5 + 2) },
];
for (const { room, text } of DRAFTS) keepDraft(room.id, text);

const writing = createWorld({ rooms: DRAFTS.map(({ room }) => room), messages: new Map([[SAID.room, [SAID]]]) });

const SILENCES: readonly (readonly [state: string, room: Room])[] = [
  ["archived", roomAt(30, { archived: true })],
  ["muted", roomAt(31, { role: "member", muted: true })],
  ["blocked by the user", roomAt(32, { kind: "dm", peer: CHARLES, blocked: true })],
  ["blocked by the other, or by both", roomAt(33, { kind: "dm", peer: ALAN, blocked: true })],
];
const silent = createWorld({ rooms: SILENCES.map(([, room]) => room) });

/** Where messages are written, and what stands there instead. */
export function Writing() {
  return (
    <>
      <Section name="composer" title="Composer">
        {DRAFTS.map(({ state, room, replyTo = null }) => (
          <Specimen key={state} state={state}>
            <InPane world={writing} room={room} state={{ replyTo }}>
              <Composer title={room.name} />
            </InPane>
          </Specimen>
        ))}
      </Section>
      <Section name="silences" title="Where nothing can be said">
        <InWorld world={silent}>
          {SILENCES.map(([state, room]) => {
            const conversation = silent.realtime.conversations.get().get(room.id);
            return (
              <Specimen key={state} state={state}>
                {conversation !== undefined && (
                  <div className="screen">
                    <MessagesPane room={room} conversation={conversation} title={room.peer === null ? room.name : "Charles Babbage"} />
                  </div>
                )}
              </Specimen>
            );
          })}
        </InWorld>
      </Section>
    </>
  );
}
