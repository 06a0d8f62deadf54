import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type Ref } from "react";

import { completionQuery, completions, type Completion, type CompletionQuery } from "@/features/messages/lib/completion";
import { namedEmoji } from "@/features/messages/lib/emoji-names";
import { useEmoji } from "@/features/messages/lib/use-emoji";
import type { User } from "@/shared/contract/types";
import { useRooms } from "@/shared/services/selectors";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./composer.module.css";

/** The code of a key that an input method took. Safari tells only so of the Enter that ends a composition. */
const IME_KEY_CODE = 229;

interface MessageFieldProps {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly value: string;
  readonly label: string;
  /** Who can be mentioned. */
  readonly people: readonly User[];
  readonly invalid: boolean;
  readonly describedBy: string | undefined;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
  /** Enter was pressed. */
  readonly onSubmit: () => void;
  /** A key that neither sends nor completes a name. */
  readonly onKey: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
}

/** A field for a message: grows with its text, sends with Enter, and completes the names of people after an @, of rooms after a # and of emoji after a :. */
export function MessageField({ ref, value, people, onChange, onSubmit, onKey, ...field }: MessageFieldProps) {
  const texts = useTexts();
  const list = useId();
  const element = useRef<HTMLTextAreaElement>(null);
  const [query, setQuery] = useState<CompletionQuery | null>(null);
  const rooms = useRooms();
  const emoji = useEmoji(query?.kind === "emoji");
  const [chosen, setChosen] = useState(0);
  const options = query === null ? [] : completions(query, people, rooms.values(), emoji);
  const place = Math.min(chosen, options.length - 1);
  const option = options[place];
  const caretAfter = useRef<number | null>(null);
  /** Where a list of names was closed: it does not open there again. */
  const closedAt = useRef<number | null>(null);

  useLayoutEffect(() => {
    const area = element.current;
    if (area === null) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight}px`;
    if (caretAfter.current !== null) area.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = null;
  }, [value]);

  function look(area: HTMLTextAreaElement): void {
    const { selectionStart, selectionEnd } = area;
    const next = selectionStart === selectionEnd ? completionQuery(area.value, selectionStart) : null;
    if (next?.at !== closedAt.current) closedAt.current = null;
    setQuery(closedAt.current === null ? next : null);
    setChosen(0);
  }

  function close(): void {
    closedAt.current = query?.at ?? null;
    setQuery(null);
  }

  function complete({ text }: Completion): void {
    if (query === null) return;
    const rest = value.slice(query.at + 1 + query.typed.length);
    close();
    replace(`${value.slice(0, query.at)}${text} `, rest.replace(/^ /u, ""));
    element.current?.focus();
  }

  function replace(before: string, after: string): void {
    caretAfter.current = before.length;
    onChange(before + after);
  }

  /** The colon that ends a name puts the emoji in its place. */
  function change(area: HTMLTextAreaElement): void {
    const { value: text, selectionEnd: caret } = area;
    const named = namedEmoji(emoji, text, caret);
    if (named === null || named.at !== query?.at) {
      onChange(text);
      look(area);
    } else {
      setQuery(null);
      replace(text.slice(0, named.at) + named.emoji, text.slice(caret));
    }
  }

  /** Whether the key was for the list of names. */
  function chooses(event: KeyboardEvent): boolean {
    if (option === undefined || event.shiftKey) return false;
    if (event.key === "ArrowDown") setChosen((place + 1) % options.length);
    else if (event.key === "ArrowUp") setChosen((place + options.length - 1) % options.length);
    else if (event.key === "Enter" || event.key === "Tab") complete(option);
    else if (event.key === "Escape") close();
    else return false;
    return true;
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells it in Safari
    if (event.nativeEvent.isComposing || event.keyCode === IME_KEY_CODE) return;
    if (chooses(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      onSubmit();
    } else onKey(event);
  }

  return (
    <>
      <textarea
        ref={(area) => {
          element.current = area;
          if (typeof ref === "function") ref(area);
          else if (ref !== null) ref.current = area;
        }}
        className={styles.input}
        rows={1}
        value={value}
        placeholder={field.placeholder}
        aria-label={field.label}
        aria-invalid={field.invalid ? true : undefined}
        aria-describedby={field.describedBy}
        aria-autocomplete="list"
        aria-controls={option === undefined ? undefined : list}
        aria-activedescendant={option === undefined ? undefined : `${list}-${option.key}`}
        onChange={(event) => change(event.target)}
        onSelect={(event) => {
          if (query !== null) look(event.currentTarget);
        }}
        onBlur={() => setQuery(null)}
        onKeyDown={onKeyDown}
      />
      {option !== undefined && (
        <ul id={list} className={styles.people} role="listbox" aria-label={texts.messages.completions[query?.kind ?? "mention"]}>
          {options.map((other, index) => (
            <li
              key={other.key}
              id={`${list}-${other.key}`}
              role="option"
              aria-selected={index === place}
              // The field keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => complete(other)}
            >
              {other.label}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
