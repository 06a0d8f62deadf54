import { ArrowDown, MessagesSquare } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { groupMessages } from "@/features/messages/lib/group-messages";
import { useScrollPlace } from "@/features/messages/lib/use-scroll-place";
import { Notice, Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { useStore } from "@/shared/lib/use-store";
import type { Conversation } from "@/shared/realtime/conversation";
import { hasOlder } from "@/shared/realtime/room-log";
import { useRealtime } from "@/shared/services/services";

import { Announcer } from "./announcer";
import { MessageGroup } from "./message-group";
import styles from "./timeline.module.css";

interface TimelineProps {
  readonly conversation: Conversation;
  readonly title: string;
}

/** Older messages are asked for while the reader is still this far below the top. */
const AHEAD_PX = 800;

/** The messages of one room. Mounted anew for each: it begins at the bottom. */
export function Timeline({ conversation, title }: TimelineProps) {
  const { me } = useRealtime();
  const log = useStore(conversation.log);
  const pending = useStore(conversation.outbox.pending);
  const history = useStore(conversation.history);
  const groups = useMemo(() => groupMessages(log.messages, pending, me.id), [log.messages, pending, me.id]);
  const { scroller, content, atBottom, onScroll, toBottom } = useScrollPlace(log.low, groups);
  const [seen, setSeen] = useState(log.n);
  const older = hasOlder(log);
  const unread = log.n - seen;
  const said = pending.length;
  const saidBefore = useRef(0);
  const today = new Date().toDateString();

  if (atBottom && seen !== log.n) setSeen(log.n);

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
            <MessageGroup key={group.key} group={group} outbox={conversation.outbox} today={today} />
          ))}
        </div>
      </div>
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
