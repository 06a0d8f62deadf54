import { ArrowDown, ArrowUp, MessagesSquare } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import { groupMessages } from "@/features/messages/lib/group-messages";
import { jumpTo } from "@/features/messages/lib/jump";
import { moveFocus } from "@/features/messages/lib/move-focus";
import { changePane, usePane, usePaneState } from "@/features/messages/lib/pane";
import { useScrollPlace } from "@/features/messages/lib/use-scroll-place";
import { Notice, Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { useSelected, useStore } from "@/shared/lib/use-store";
import { amended } from "@/shared/realtime/amendments";
import { hasOlder } from "@/shared/realtime/room-log";
import { useRealtime } from "@/shared/services/services";

import { Announcer } from "./announcer";
import { MessageGroup } from "./message-group";
import styles from "./timeline.module.css";

/** Older messages are asked for while the reader is still this far below the top. */
const AHEAD_PX = 800;

/** The messages of one room. Mounted anew for each: it begins with what is unread, or at the bottom. */
export function Timeline({ title }: { readonly title: string }) {
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
  const groups = useMemo(() => groupMessages(messages, pending, me.id, read), [messages, pending, me.id, read]);
  const [begin] = useState(() => reads.firstUnread(room));
  const { scroller, content, atBottom, isAtBottom, onScroll, toBottom, toMessage } = useScrollPlace(log.low, groups, begin);
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

  useLayoutEffect(() => {
    reads.reach(loaded && isAtBottom() ? room : null);
  }, [reads, room, loaded, atBottom, isAtBottom]);

  useLayoutEffect(() => () => reads.reach(null), [reads]);

  useLayoutEffect(() => {
    if (sought !== null && toMessage(sought)) changePane(state, { sought: null, found: sought });
  }, [sought, groups, state, toMessage]);

  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={`Messages in ${title}`}
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
          {older && history !== "failed" && <Skeleton rows={groups.length === 0 ? 6 : 2} label="Loading messages" avatars />}
          {history === "failed" && (
            <div className={styles.problem}>
              <Problem problem="Earlier messages could not be loaded." onRetry={() => void conversation.loadOlder()} />
            </div>
          )}
          {!older && groups.length === 0 && (
            <Notice icon={<MessagesSquare size={32} aria-hidden />} title="Nothing has been said yet">
              <p>Write the first message.</p>
            </Notice>
          )}
          {!older && groups.length > 0 && <p className={styles.beginning}>This is where it begins.</p>}
          {groups.map((group) => (
            <MessageGroup key={group.key} group={group} today={today} />
          ))}
        </div>
      </div>
      {read !== null && read + 1 < log.low && (
        <button type="button" className={styles.jump} data-up="true" onClick={() => void jumpTo(pane, read + 1)}>
          <ArrowUp size={16} aria-hidden />
          Jump to the first new message
        </button>
      )}
      {!atBottom && (
        <button type="button" className={styles.jump} onClick={toBottom}>
          <ArrowDown size={16} aria-hidden />
          {unread === 0 ? "Jump to newest" : unread === 1 ? "1 new message" : `${unread} new messages`}
        </button>
      )}
      <Announcer log={log} />
    </div>
  );
}

function hasFocusInside(element: HTMLElement | null): boolean {
  return element !== null && element !== document.activeElement && element.contains(document.activeElement);
}
