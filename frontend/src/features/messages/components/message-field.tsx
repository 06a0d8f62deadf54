import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type Ref } from "react";

import { mentionQuery, suggested, type MentionQuery } from "@/features/messages/lib/mentions";
import type { User } from "@/shared/contract/types";

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

/** A field for a message: grows with its text, sends with Enter, and completes the names of people after an @. */
export function MessageField({ ref, value, people, onChange, onSubmit, onKey, ...field }: MessageFieldProps) {
  const list = useId();
  const element = useRef<HTMLTextAreaElement>(null);
  const [query, setQuery] = useState<MentionQuery | null>(null);
  const [chosen, setChosen] = useState(0);
  const options = query === null ? [] : suggested(people, query.typed);
  const option = options[Math.min(chosen, options.length - 1)];
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
    const next = selectionStart === selectionEnd ? mentionQuery(area.value, selectionStart) : null;
    if (next?.at !== closedAt.current) closedAt.current = null;
    setQuery(closedAt.current === null ? next : null);
    setChosen(0);
  }

  function close(): void {
    closedAt.current = query?.at ?? null;
    setQuery(null);
  }

  function complete({ name }: User): void {
    if (query === null) return;
    const rest = value.slice(query.at + 1 + query.typed.length);
    const before = `${value.slice(0, query.at)}@${name} `;
    caretAfter.current = before.length;
    close();
    onChange(before + rest.replace(/^ /u, ""));
    element.current?.focus();
  }

  /** Whether the key was for the list of names. */
  function chooses(event: KeyboardEvent): boolean {
    if (option === undefined || event.shiftKey) return false;
    const index = options.indexOf(option);
    if (event.key === "ArrowDown") setChosen((index + 1) % options.length);
    else if (event.key === "ArrowUp") setChosen((index + options.length - 1) % options.length);
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
        aria-activedescendant={option === undefined ? undefined : `${list}-${option.id}`}
        onChange={(event) => {
          onChange(event.target.value);
          look(event.target);
        }}
        onSelect={(event) => {
          if (query !== null) look(event.currentTarget);
        }}
        onBlur={() => setQuery(null)}
        onKeyDown={onKeyDown}
      />
      {option !== undefined && (
        <ul id={list} className={styles.people} role="listbox" aria-label="People to mention">
          {options.map((user) => (
            <li
              key={user.id}
              id={`${list}-${user.id}`}
              role="option"
              aria-selected={user === option}
              // The field keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => complete(user)}
            >
              {user.name}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
