import { MessageGroup } from "@/features/messages/components/message-group";
import { MessagesPane } from "@/features/messages/components/messages-pane";
import { TypingLine } from "@/features/messages/components/typing-line";
import { groupMessages } from "@/features/messages/lib/group-messages";
import { usePane } from "@/features/messages/lib/pane";
import { ApiError } from "@/shared/api/api-error";
import type { Message, Messages as Page, Room } from "@/shared/contract/types";
import { useStore } from "@/shared/lib/use-store";
import { LATE_MS } from "@/shared/realtime/outbox";
import { id } from "@/shared/realtime/testing/fixtures";

import { Section, Specimen } from "../page";
import { ALAN, CHARLES, createWorld, GRACE, InPane, InWorld, ME, never, roomAt, type World } from "../world";

const MINUTE = 60_000_000;
const NINE = Date.UTC(2026, 0, 5, 9) * 1_000;

type Saying = Partial<Message> & Pick<Message, "sender" | "text">;

/** A room with these messages, one a minute. */
function talk(number: number, sayings: readonly Saying[], change: Partial<Room> = {}): { readonly world: World; readonly room: Room } {
  const messages = sayings.map((saying, index): Message => {
    const n = index + 1;
    return {
      ...{ room: roomAt(number).id, n, seq: n, ts: NINE + index * MINUTE, id: id(1_000 + n) },
      ...{ reply_to: null, mentions: [], edited_at: null, deleted_at: null, reactions: [], ...saying },
    };
  });
  const room = roomAt(number, { n: messages.length, seq: messages.length, read_n: messages.length, ...change });
  return { world: createWorld({ rooms: [room], messages: new Map([[room.id, messages]]) }), room };
}

const MARKS = [
  `**Bold**, _slanted_, ~~struck~~, \`code\`, <@${ME}> and <@${GRACE}>, a link: https://example.org/drawings`,
  "",
  "> It ran for a whole week,\n> without a pause.",
  "",
  "- by day\n- by night\n\n1. turn\n2. pause",
].join("\n");

const CODE = '```python\ndef oil(gear: int) -> str:\n    return f"gear {gear}"  # at the second one\n```';

const LONG =
  "Wonderful. Does the third column still stick? Last time it needed a drop of oil at the second gear, and then it ran" +
  " for a whole week without a pause, even when we turned the crank faster than the manual allows. " +
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);

const texts = talk(1, [
  { sender: GRACE, text: "One line." },
  { sender: GRACE, text: LONG },
  { sender: ALAN, text: MARKS, mentions: [ME, GRACE] },
  { sender: ALAN, text: CODE },
]);

const fates = talk(2, [
  { sender: GRACE, text: "Shall we meet at ten tomorrow?", edited_at: NINE + MINUTE },
  { sender: GRACE, text: "", deleted_at: NINE + 2 * MINUTE },
  { sender: ALAN, text: "Ten is fine.", reply_to: 1 },
  { sender: ALAN, text: "And that?", reply_to: 2 },
  {
    ...{ sender: ME, text: "Everybody likes this one.", edited_at: NINE + 6 * MINUTE },
    reactions: [
      { emoji: "👍", users: [ME, GRACE] },
      { emoji: "🎉", users: [ALAN] },
    ],
  },
  { sender: CHARLES, text: "Nobody reads this." },
  { sender: ALAN, text: "Really?", reply_to: 6 },
  { sender: id(99), text: "From somebody whose name is on its way." },
]);

const divided = talk(3, [
  { sender: GRACE, text: "Read, yesterday.", ts: NINE - 24 * 60 * MINUTE },
  { sender: GRACE, text: "Read, today." },
  { sender: ALAN, text: "Not read yet." },
]);

const others = talk(4, [{ sender: ALAN, text: "Somebody else's message." }]);
const own = talk(9, [{ sender: ME, text: "The user's own." }]);

const unsent = talk(5, []);
unsent.world.realtime.restore([
  { room: unsent.room.id, id: id(2_000), text: "Refused.", replyTo: null, ts: NINE, refusal: "You may not say anything here." },
]);
unsent.world.realtime.say(unsent.room.id, "Late.");
await unsent.world.environment.advance(LATE_MS);
unsent.world.realtime.say(unsent.room.id, "On its way.");

const away = new ApiError("unavailable", "Away.");
const beginnings: readonly (readonly [state: string, room: Room, messages: () => Promise<Page>])[] = [
  ["nothing said yet", roomAt(6), never],
  ["loading", roomAt(7, { n: 9, seq: 9, read_n: 9 }), never],
  ["could not be loaded", roomAt(8, { n: 9, seq: 9, read_n: 9 }), () => Promise.reject(away)],
];
const openings = beginnings.map(([state, room, messages]) => {
  const world = createWorld({ rooms: [room], requests: { messages } });
  return { state, room, world };
});

const typing = [1, 2, 3].map((count) => {
  const room = roomAt(10 + count);
  const world = createWorld({ rooms: [room] });
  for (const user of [GRACE, ALAN, id(98)].slice(0, count)) world.realtime.typing.receive({ type: "typing", room: room.id, user, on: true });
  return { room, world };
});

function Groups({ read = null }: { readonly read?: number | null }) {
  const { conversation } = usePane();
  const { messages } = useStore(conversation.log);
  const pending = useStore(conversation.outbox.pending);
  const today = new Date(NINE / 1_000).toDateString();
  return groupMessages(messages, pending, ME, read).map((group) => <MessageGroup key={group.key} group={group} today={today} />);
}

/** Messages, and what stands in their place. */
export function Messages() {
  return (
    <>
      <Section name="texts" title="Texts of messages">
        <InPane {...texts}>
          <Groups />
        </InPane>
      </Section>
      <Section name="fates" title="Edited, deleted, answered, reacted to, of a blocked person">
        <InPane {...fates}>
          <Groups />
        </InPane>
      </Section>
      <Section name="unsent" title="Refused, late, on its way">
        <InPane {...unsent}>
          <Groups />
        </InPane>
      </Section>
      <Section name="unread" title="Days, and where what is unread begins">
        <InPane {...divided}>
          <Groups read={2} />
        </InPane>
      </Section>
      <Section name="tools" title="The tools of a message">
        {[others, own].map((room) => (
          <InPane key={room.room.id} {...room} state={{ active: 1 }}>
            <Groups />
          </InPane>
        ))}
        <Specimen state="where there is nothing to hover with">
          <InPane {...others} touch>
            <Groups />
          </InPane>
        </Specimen>
        <Specimen state="being edited">
          <InPane {...own} state={{ editing: 1 }}>
            <Groups />
          </InPane>
        </Specimen>
      </Section>
      <Section name="timelines" title="Rooms without messages">
        {openings.map(({ state, room, world }) => (
          <Specimen key={state} state={state}>
            <InWorld world={world}>
              <div className="screen">
                <Opening world={world} room={room} />
              </div>
            </InWorld>
          </Specimen>
        ))}
      </Section>
      <Section name="typing" title="Who types">
        {typing.map(({ room, world }) => (
          <InWorld key={room.id} world={world}>
            <TypingLine room={room.id} />
          </InWorld>
        ))}
      </Section>
    </>
  );
}

function Opening({ world, room }: { readonly world: World; readonly room: Room }) {
  const conversation = world.realtime.conversations.get().get(room.id);
  return conversation !== undefined && <MessagesPane room={room} conversation={conversation} title={room.name} />;
}
