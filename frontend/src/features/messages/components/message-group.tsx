import { memo } from "react";

import { sameGroup, type Group } from "@/features/messages/lib/group-messages";
import { changePane, usePane } from "@/features/messages/lib/pane";
import { dayName, machineTime, shortTime } from "@/shared/lib/times";
import { Avatar } from "@/shared/components/avatar";
import { useUser } from "@/shared/services/selectors";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./message-group.module.css";
import { MessageLine, Time } from "./message-line";

interface MessageGroupProps {
  readonly group: Group;
  /** Changes once a day: then "Today" is another. */
  readonly today: string;
}

function MessageGroupView({ group, today }: MessageGroupProps) {
  const texts = useTexts();
  const { state } = usePane();
  const name = useUser(group.sender)?.name;
  const [first, ...rest] = group.lines;
  if (first === undefined) return null;
  return (
    <>
      {group.newDay && (
        <h2 className={styles.day}>
          <button
            type="button"
            className={styles.dayName}
            title={texts.messages.jumpToDay}
            aria-haspopup="dialog"
            onClick={() => changePane(state, { dialog: { kind: "day", ts: first.ts } })}
          >
            <time dateTime={machineTime(first.ts)}>{dayName(first.ts, new Date(today))}</time>
          </button>
        </h2>
      )}
      {group.unread && (
        <p className={styles.unread} data-unread>
          {texts.messages.newMessages}
        </p>
      )}
      <article className={styles.group} aria-label={texts.messages.groupBy(name ?? texts.common.somebody, shortTime(first.ts))}>
        <Avatar id={group.sender} name={name ?? ""} />
        <div className={styles.lines}>
          <header className={styles.header}>
            {name === undefined ? <span className={styles.unnamed} /> : <span className={styles.author}>{name}</span>}
            <Time ts={first.ts} />
          </header>
          <MessageLine line={first} />
          {rest.map((line) => (
            <MessageLine key={line.key} line={line} time />
          ))}
        </div>
      </article>
    </>
  );
}

export const MessageGroup = memo(
  MessageGroupView,
  (before, after) => before.today === after.today && sameGroup(before.group, after.group),
);
