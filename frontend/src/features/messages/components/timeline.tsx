import { ArrowDown, ArrowUp, MessagesSquare } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import { groupMessages } from "@/features/messages/lib/group-messages";
import { jumpTo } from "@/features/messages/lib/jump";
import { moveFocus } from "@/features/messages/lib/move-focus";
import { changePane, usePane, usePaneState } from "@/features/messages/lib/pane";
import { TOP_PX, useScrollPlace } from "@/features/messages/lib/use-scroll-place";
import { useSeams } from "@/features/messages/lib/use-seams";
import { Notice, Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { useSelected, useStore } from "@/shared/lib/use-store";
import { amended } from "@/shared/realtime/amendments";
import { hasOlder } from "@/shared/realtime/room-log";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import { Announcer } from "./announcer";
import { MessageGroup } from "./message-group";
import styles from "./timeline.module.css";

/** Older messages are asked for while the reader is still this far below the top. */
const AHEAD_PX = 800;

/** The messages of one room. Mounted anew for each: it begins with what is unread, or at the bottom. */
export function Timeline({ title }: { readonly title: string }) {
  const texts = useTexts();
  const { me, reads } = useRealtime();
  const pane = usePane();
  const { conversation, state } = pane;
  const { room } = conversation;
  const log = useStore(conversation.log);
  const pending = useStore(conversation.outbox.pending);
  const amendments = useStore(conversation.amendments.pending);
  const history = useStore(conversation.history);
  const read = useSelected(reads.dividers, (dividers) => dividers.get(room) ?? null);
  const unread = useSelected(reads.unread, (rooms) => rooms.get(room)?.messages ?? 0);
  const sought = usePaneState(({ sought: n }) => n);
  const messages = useMemo(() => amended(log.messages, log.low, amendments), [log.messages, log.low, amendments]);
  const seams = useSeams(log);
  const groups = useMemo(
    () => groupMessages(messages, pending, me.id, read, seams),
    [messages, pending, me.id, read, seams],
  );
  const [begin] = useState(() => reads.firstUnread(room));
  const kept = usePaneState(({ editing, active }) => editing ?? active);
  const place = useScrollPlace(groups, begin, kept);
  const { scroller, content, items, atBottom, isAtBottom, onScroll, toBottom, toMessage } = place;
  const older = hasOlder(log);
  const loaded = log.messages.length > 0;
  const said = pending.length;
  const saidBefore = useRef(0);
  const today = new Date().toDateString();

  function loadWhenNear(): void {
    const element = scroller.current;
    if (element !== null && element.scrollTop < AHEAD_PX && history === "idle") void conversation.loadOlder();
  }

  // A page that does not fill the screen leaves nothing to scroll.
  useEffect(loadWhenNear);

  // Who says something wants to see it.
  useEffect(() => {
    if (said > saidBefore.current) toBottom();
    saidBefore.current = said;
  }, [said, toBottom]);

  // Who is on the way to another message reads nothing at the bottom.
  const reading = loaded && sought === null;
  useLayoutEffect(() => {
    reads.reach(reading && isAtBottom() ? room : null);
  }, [reads, room, reading, atBottom, isAtBottom]);

  useLayoutEffect(() => () => reads.reach(null), [reads]);

  useLayoutEffect(() => {
    if (sought !== null && toMessage(sought)) changePane(state, { sought: null, found: sought });
  }, [sought, items, state, toMessage]);

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={texts.messages.messagesIn(title)}
        tabIndex={0}
        onScroll={() => {
          onScroll();
          loadWhenNear();
        }}
        onKeyDown={(event) => {
          if (scroller.current !== null && moveFocus(scroller.current, event)) event.preventDefault();
        }}
        onPointerLeave={(event) => {
          if (event.pointerType === "mouse" && !hasFocusInside(scroller.current)) changePane(state, { active: null });
        }}
        onBlur={(event) => {
          if (!pane.touch && !event.currentTarget.contains(event.relatedTarget)) changePane(state, { active: null });
        }}
      >
        <div ref={content} className={styles.content}>
          {groups.length === 0 && older && <Above older rows={6} />}
          {!older && groups.length === 0 && (
            <Notice icon={<MessagesSquare size={32} aria-hidden />} title={texts.messages.nothingSaid}>
              {pane.rights.speak && <p>{texts.messages.writeFirst}</p>}
            </Notice>
          )}
          {groups.length > 0 && (
            <div className={styles.groups} style={{ blockSize: place.height }}>
              <div className={styles.top} style={{ blockSize: TOP_PX }}>
                <Above older={older} />
              </div>
              {items.map(({ index, key, start }) => {
                const group = groups[index];
                return (
                  group !== undefined && (
                    <div key={key} ref={place.measure} data-index={index} className={styles.row} style={{ insetBlockStart: start }}>
                      <MessageGroup group={group} today={today} />
                    </div>
                  )
                );
              })}
            </div>
          )}
        </div>
      </div>
      {read !== null && read + 1 < log.low && (
        <button type="button" className={styles.jump} data-up="true" onClick={() => void jumpTo(pane, read + 1)}>
          <ArrowUp size={16} aria-hidden />
          {texts.messages.toFirstNew}
        </button>
      )}
      {!atBottom && (
        <button type="button" className={styles.jump} onClick={toBottom}>
          <ArrowDown size={16} aria-hidden />
          {unread === 0 ? texts.messages.toNewest : texts.messages.newBelow(unread)}
        </button>
      )}
      <Announcer log={log} />
    </div>
  );
}

/** What stands above the first loaded message. */
function Above({ older, rows = 2 }: { readonly older: boolean; readonly rows?: number }) {
  const texts = useTexts();
  const { conversation } = usePane();
  const history = useStore(conversation.history);
  if (history === "failed") {
    return (
      <div className={styles.failed}>
        <Problem problem={texts.messages.earlierFailed} onRetry={() => void conversation.loadOlder()} />
      </div>
    );
  }
  if (older) return <Skeleton rows={rows} label={texts.messages.loading} avatars />;
  return <p className={styles.beginning}>{texts.messages.beginning}</p>;
}

function hasFocusInside(element: HTMLElement | null): boolean {
  return element !== null && element !== document.activeElement && element.contains(document.activeElement);
}
