import { memo, useDeferredValue, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { emojiGroups, type EmojiGroup } from "@/features/messages/lib/emoji-groups";
import { loadEmoji } from "@/features/messages/lib/emoji-names";
import { nextInGrid } from "@/features/messages/lib/move-in-grid";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import { TextField } from "@/shared/components/text-field";
import { useRequest } from "@/shared/lib/use-request";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./emoji-dialog.module.css";

interface EmojiDialogProps {
  readonly title: string;
  readonly onChoose: (emoji: string) => void;
  readonly onClose: () => void;
}

const NONE: readonly EmojiGroup[] = [];

/** All emoji by category, to look for by name or to choose with the arrow keys. */
export function EmojiDialog({ title, onChoose, onClose }: EmojiDialogProps) {
  const texts = useTexts();
  const request = useRequest(loadEmoji);
  const [typed, setTyped] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const all = request.status === "loaded" ? request.answer : null;
  const groups = useMemo(() => (all === null ? NONE : emojiGroups(all, typed)), [all, typed]);
  // There are nearly two thousand of them: the field and the first ones do not wait for the rest.
  const shown = useDeferredValue(groups, NONE);

  function choices(): HTMLElement[] {
    return [...(list.current?.querySelectorAll<HTMLElement>("[data-emoji]") ?? [])];
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const { target, key } = event;
    if (!(target instanceof HTMLElement)) return;
    if (target instanceof HTMLInputElement) {
      if (key === "ArrowDown") choices()[0]?.focus();
      else return;
    } else if (target.dataset.emoji === undefined || !key.startsWith("Arrow")) return;
    else {
      const next = nextInGrid(choices(), target, key);
      if (next !== undefined) next.focus();
      else if (key === "ArrowUp") event.currentTarget.querySelector("input")?.focus();
    }
    event.preventDefault();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={styles.form}
        onKeyDown={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault();
          const [first] = typed.trim() === "" ? [] : groups;
          if (first?.emoji[0] !== undefined) onChoose(first.emoji[0].emoji);
        }}
      >
        <TextField
          label={texts.messages.findEmoji}
          type="search"
          value={typed}
          autoComplete="off"
          enterKeyHint="done"
          onChange={(event) => setTyped(event.target.value)}
        />
        {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
        {request.status === "loading" && <Skeleton rows={5} label={texts.messages.loadingEmoji} />}
        {all !== null && groups.length === 0 && <p>{texts.messages.noEmoji}</p>}
        <div
          ref={list}
          className={styles.groups}
          // One listener for all of them.
          onClick={({ target }) => {
            const emoji = target instanceof HTMLElement ? target.dataset.emoji : undefined;
            if (emoji !== undefined) onChoose(emoji);
          }}
        >
          {shown.map((group, place) => (
            <Group key={group.name} group={group} first={place === 0} />
          ))}
        </div>
      </form>
    </Dialog>
  );
}

interface GroupProps {
  readonly group: EmojiGroup;
  /** Tab leads to its first emoji; arrow keys lead on. */
  readonly first: boolean;
}

const Group = memo(function Group({ group, first }: GroupProps) {
  const title = useTexts().messages.emojiGroup(group.name);
  return (
    <section className={styles.group} aria-label={title}>
      <h3>{title}</h3>
      <div className={styles.grid}>
        {group.emoji.map(({ emoji, description }, place) => (
          <button
            key={emoji}
            type="button"
            className={styles.emoji}
            data-emoji={emoji}
            aria-label={description}
            title={description}
            tabIndex={first && place === 0 ? 0 : -1}
          >
            {emoji}
          </button>
        ))}
      </div>
    </section>
  );
});
