import { memo } from "react";

import { sameGroup, type Group, type Line } from "@/features/messages/lib/group-messages";
import { dayName, fullTime, machineTime, shortTime } from "@/features/messages/lib/times";
import { Avatar } from "@/shared/components/avatar";
import { classNames } from "@/shared/components/class-names";
import type { Outbox } from "@/shared/realtime/outbox";
import { useUser } from "@/shared/services/selectors";

import styles from "./message-group.module.css";
import { MessageText } from "./message-text";
import { PendingNote } from "./pending-note";

interface MessageGroupProps {
  readonly group: Group;
  readonly outbox: Outbox;
  /** Changes once a day: then "Today" is another. */
  readonly today: string;
}

function MessageGroupView({ group, outbox, today }: MessageGroupProps) {
  const name = useUser(group.sender)?.name;
  const [first, ...rest] = group.lines;
  if (first === undefined) return null;
  return (
    <>
      {group.newDay && (
        <h2 className={styles.day}>
          <time dateTime={machineTime(first.ts)}>{dayName(first.ts, new Date(today))}</time>
        </h2>
      )}
      <article className={styles.group} aria-label={`${name ?? "Somebody"}, ${shortTime(first.ts)}`}>
        <Avatar id={group.sender} name={name ?? ""} />
        <div className={styles.lines}>
          <header className={styles.header}>
            {name === undefined ? <span className={styles.unnamed} /> : <span className={styles.author}>{name}</span>}
            <Time ts={first.ts} />
          </header>
          <LineView line={first} outbox={outbox} />
          {rest.map((line) => (
            <LineView key={line.key} line={line} outbox={outbox} time />
          ))}
        </div>
      </article>
    </>
  );
}

export const MessageGroup = memo(
  MessageGroupView,
  (before, after) =>
    before.outbox === after.outbox && before.today === after.today && sameGroup(before.group, after.group),
);

function Time({ ts }: { readonly ts: number }) {
  return (
    <time className={styles.time} dateTime={machineTime(ts)} title={fullTime(ts)}>
      {shortTime(ts)}
    </time>
  );
}

interface LineViewProps {
  readonly line: Line;
  readonly outbox: Outbox;
  readonly time?: boolean;
}

function LineView({ line, outbox, time = false }: LineViewProps) {
  const { pending } = line;
  return (
    <div className={styles.line} data-n={line.n ?? undefined} data-message={line.key}>
      {time && <Time ts={line.ts} />}
      <p className={classNames(styles.text, pending !== null && styles.pending)}>
        <MessageText text={line.text} />
      </p>
      {pending !== null && <PendingNote message={pending} outbox={outbox} />}
    </div>
  );
}
