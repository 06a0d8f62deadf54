/** Mentions as people read and write them, `@Name`, and as they are stored, `<@id>`: names may change, ids do not. */
import { NAME_LENGTH } from "@/shared/contract/limits";
import type { User } from "@/shared/contract/types";
import { MENTION } from "@/shared/realtime/message";

const WORD = /[\p{L}\p{N}_]/u;
const SUGGESTIONS = 6;

/** What is being typed after an @: where that begins, and what follows it so far. */
export interface MentionQuery {
  readonly at: number;
  readonly typed: string;
}

/** The text with the names of people after an @ replaced by their ids. The longest name that fits is meant. */
export function encodeMentions(text: string, people: Iterable<User>): string {
  return encodeNames(text, "@", people, beginsWord);
}

/** Who or what has a name that is written after a sign. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** The text with `sign` and a name as `<sign id>`, wherever `begins` says that a name may begin. */
export function encodeNames(
  text: string,
  sign: "@" | "#",
  named: Iterable<Named>,
  begins: (text: string, at: number) => boolean,
): string {
  const byLength = [...named].filter(({ name }) => name !== "").sort((one, other) => other.name.length - one.name.length);
  let encoded = "";
  let from = 0;
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, Math.max(from, at + 1))) {
    const meant = begins(text, at) ? byLength.find(({ name }) => isNamedAt(text, at + 1, name)) : undefined;
    if (meant === undefined) continue;
    encoded += `${text.slice(from, at)}<${sign}${meant.id}>`;
    from = at + 1 + meant.name.length;
  }
  return encoded + text.slice(from);
}

/** The text as it is read: with names. Of somebody unknown the id stays. */
export function decodeMentions(text: string, users: ReadonlyMap<string, User>): string {
  return text.replace(MENTION, (stored, id: string) => {
    const name = users.get(id)?.name;
    return name === undefined ? stored : `@${name}`;
  });
}

/** The mention that is being typed at the caret, if one is. */
export function mentionQuery(text: string, caret: number): MentionQuery | null {
  const at = caret === 0 ? -1 : text.lastIndexOf("@", caret - 1);
  if (at === -1 || !beginsWord(text, at)) return null;
  const typed = text.slice(at + 1, caret);
  return typed.length > NAME_LENGTH || /^\s|\n/u.test(typed) ? null : { at, typed };
}

/** Those whose name, or a word of it, begins as typed; by name. */
export function suggested<One extends Named>(all: readonly One[], typed: string): One[] {
  const start = folded(typed);
  const fits = ({ name }: One): boolean => {
    const known = folded(name);
    return known.startsWith(start) || (start !== "" && known.includes(` ${start}`));
  };
  return all
    .filter(fits)
    .sort((one, other) => one.name.localeCompare(other.name))
    .slice(0, SUGGESTIONS);
}

/** An @ within a word, as in an address of mail, mentions nobody. */
function beginsWord(text: string, at: number): boolean {
  return at === 0 || !WORD.test(text.charAt(at - 1));
}

function isNamedAt(text: string, at: number, name: string): boolean {
  const end = at + name.length;
  return folded(text.slice(at, end)) === folded(name) && !(end < text.length && WORD.test(text.charAt(end)));
}

function folded(text: string): string {
  return text.toLocaleLowerCase();
}
