/**
 * The part of Markdown that messages have: fenced code, quotes, lists, and within lines bold, italic, struck and code,
 * links, mentions, rooms.
 *
 * Reads a text once from front to back, whatever it is, and goes at most `DEPTH` deep: what lies deeper stays text. What
 * is no mark is kept as it was written.
 */
import { MENTION } from "@/shared/realtime/message";

import { linkText } from "./link-text";
import { ROOM_LINK } from "./room-links";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis" | "struck"; readonly content: readonly Inline[] }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly user: string }
  | { readonly kind: "room"; readonly room: string };

export type Block =
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly Item[] };

export interface Item {
  /** As it was written, in an ordered list. */
  readonly number: number | undefined;
  readonly blocks: readonly Block[];
}

/** Blocks within blocks, and styles within styles. */
export const DEPTH = 6;

const FENCE = /^ {0,3}(`{3,})\s*([^`\s]*)\s*$/u;
const QUOTE = /^ {0,3}> ?/u;
/** What begins with 0 or has more digits is no number of a list. */
const ITEM = /^( {0,3})(?:([-*+])|(0|[1-9]\d{0,5})[.)])( +)(?=\S)/u;

export function parseMessage(text: string): Block[] {
  return blocksOf(text.split(/\r?\n/u), 0);
}

function blocksOf(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let plain: string[] = [];

  function endParagraph(): void {
    const text = plain.join("\n").replace(/^\n+/u, "").trimEnd();
    if (text !== "") blocks.push({ kind: "paragraph", content: parseInline(text) });
    plain = [];
  }

  let at = 0;
  while (at < lines.length) {
    const found = depth < DEPTH ? blockAt(lines, at, depth) : null;
    if (found === null) {
      plain.push(lines[at] ?? "");
      at += 1;
    } else {
      endParagraph();
      blocks.push(found.block);
      at = found.next;
    }
  }
  endParagraph();
  return blocks;
}

interface Found {
  readonly block: Block;
  /** The line after it. */
  readonly next: number;
}

function blockAt(lines: readonly string[], at: number, depth: number): Found | null {
  return codeAt(lines, at) ?? quoteAt(lines, at, depth) ?? listAt(lines, at, depth);
}

/** A fence that is never closed reaches to the end, as while it is being typed. */
function codeAt(lines: readonly string[], at: number): Found | null {
  const match = FENCE.exec(lines[at] ?? "");
  if (match === null) return null;
  const [, fence = "", language = ""] = match;
  let end = at + 1;
  while (end < lines.length && !isClosed(lines[end] ?? "", fence)) end += 1;
  const text = lines.slice(at + 1, end).join("\n");
  // Three backticks and nothing after them say nothing: they are text.
  if (text.trim() === "") return null;
  return { block: { kind: "code", language: language.toLowerCase(), text }, next: end + 1 };
}

function isClosed(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.length >= fence.length && /^`+$/u.test(mark);
}

function quoteAt(lines: readonly string[], at: number, depth: number): Found | null {
  let next = at;
  while (QUOTE.test(lines[next] ?? "")) next += 1;
  const inner = lines.slice(at, next).map((line) => line.replace(QUOTE, ""));
  // A mark with nothing after it quotes nothing: an arrow, or a face.
  if (inner.every((line) => line.trim() === "")) return null;
  return { block: { kind: "quote", blocks: blocksOf(inner, depth + 1) }, next };
}

function listAt(lines: readonly string[], at: number, depth: number): Found | null {
  const first = ITEM.exec(lines[at] ?? "");
  if (first === null) return null;
  const ordered = first[3] !== undefined;
  const items: Item[] = [];
  let next = at;
  for (let match: RegExpExecArray | null = first; match !== null && (match[3] !== undefined) === ordered; ) {
    const width = match[0].length;
    const own = [(lines[next] ?? "").slice(width)];
    // Lines set in at least as far as the mark is wide belong to the item.
    for (next += 1; next < lines.length && isWithin(lines[next] ?? "", ordered ? 3 : 2); next += 1) {
      own.push(outdented(lines[next] ?? "", width));
    }
    const { 3: number } = match;
    items.push({ number: number === undefined ? undefined : Number(number), blocks: blocksOf(own, depth + 1) });
    match = ITEM.exec(lines[next] ?? "");
  }
  return { block: { kind: "list", ordered, items }, next };
}

function isWithin(line: string, width: number): boolean {
  return line.startsWith(" ".repeat(width)) && line.trim() !== "";
}

function outdented(line: string, width: number): string {
  const indent = line.length - line.trimStart().length;
  return line.slice(Math.min(indent, width));
}

// --- within a paragraph

type Style = "strong" | "emphasis" | "struck";

const STYLES: readonly (readonly [mark: string, style: Style])[] = [
  ["**", "strong"],
  ["__", "strong"],
  ["~~", "struck"],
  ["*", "emphasis"],
  ["_", "emphasis"],
];
const WORD = /[\p{L}\p{N}]/u;
const NAMED_LINK = /\[([^[\]\n]{1,500})\]\(((?:https?:\/\/|mailto:)[^\s<>()]{1,2000})\)/uy;
const ADDRESS = /https?:\/\/[^\s<>"']+/iuy;
const STORED_MENTION = new RegExp(MENTION.source, "uy");
const STORED_ROOM = new RegExp(ROOM_LINK.source, "uy");
const BACKTICKS = /`+/uy;
const ESCAPED = /\\[\\*_~`[\]>-]/uy;

interface Frame {
  /** What began it; empty for the whole. */
  readonly mark: string;
  readonly style: Style | null;
  readonly content: Inline[];
}

export function parseInline(text: string): Inline[] {
  return new InlineReader(text).read();
}

class InlineReader {
  readonly #text: string;
  readonly #frames: Frame[] = [{ mark: "", style: null, content: [] }];
  /** Lengths of runs of backticks that do not come again: looked for once. */
  readonly #unclosed = new Set<number>();
  #at = 0;
  #plain = "";

  constructor(text: string) {
    this.#text = text;
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) {
      if (this.#escaped() || this.#code() || this.#mention() || this.#link() || this.#address() || this.#style()) continue;
      this.#plain += this.#text.charAt(this.#at);
      this.#at += 1;
    }
    while (this.#frames.length > 1) this.#giveUp();
    this.#flush();
    return this.#top().content;
  }

  #top(): Frame {
    const frame = this.#frames[this.#frames.length - 1];
    if (frame === undefined) throw new Error("the outermost frame stays");
    return frame;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }

  #flush(): void {
    if (this.#plain !== "") addText(this.#top().content, this.#plain);
    this.#plain = "";
  }

  #add(inline: Inline, length: number): true {
    this.#flush();
    this.#top().content.push(inline);
    this.#at += length;
    return true;
  }

  #escaped(): boolean {
    if (this.#text.charAt(this.#at) !== "\\") return false;
    const match = this.#match(ESCAPED);
    if (match === null) return false;
    this.#plain += match[0].charAt(1);
    this.#at += 2;
    return true;
  }

  #code(): boolean {
    if (this.#text.charAt(this.#at) !== "`") return false;
    const run = this.#match(BACKTICKS)?.[0] ?? "";
    const begin = this.#at + run.length;
    const end = this.#unclosed.has(run.length) ? -1 : closing(this.#text, begin, run.length);
    if (end === -1) {
      this.#unclosed.add(run.length);
      this.#plain += run;
      this.#at = begin;
      return true;
    }
    return this.#add({ kind: "code", text: this.#text.slice(begin, end) }, end + run.length - this.#at);
  }

  #mention(): boolean {
    if (this.#text.charAt(this.#at) !== "<") return false;
    const match = this.#match(STORED_MENTION);
    if (match !== null) return this.#add({ kind: "mention", user: match[1] ?? "" }, match[0].length);
    const room = this.#match(STORED_ROOM);
    return room !== null && this.#add({ kind: "room", room: room[1] ?? "" }, room[0].length);
  }

  #link(): boolean {
    if (this.#text.charAt(this.#at) !== "[") return false;
    const match = this.#match(NAMED_LINK);
    const href = match === null ? null : safe(match[2] ?? "");
    if (match === null || href === null) return false;
    return this.#add({ kind: "link", text: match[1] ?? "", href }, match[0].length);
  }

  #address(): boolean {
    const letter = this.#text.charAt(this.#at);
    if ((letter !== "h" && letter !== "H") || this.#follows(WORD)) return false;
    const match = this.#match(ADDRESS);
    const first = match === null ? undefined : linkText(match[0])[0];
    if (first === undefined || first.href === null) return false;
    return this.#add({ kind: "link", text: first.text, href: first.href }, first.text.length);
  }

  #follows(pattern: RegExp): boolean {
    return this.#at > 0 && pattern.test(this.#text.charAt(this.#at - 1));
  }

  #style(): boolean {
    // Of three in a row the inner style's ends first.
    const inner = this.#top().mark;
    const thrice = inner.length === 1 && this.#text.startsWith(inner.repeat(3), this.#at);
    const found = STYLES.find(([mark]) => (thrice ? mark === inner : this.#text.startsWith(mark, this.#at)));
    if (found === undefined) return false;
    const [mark, style] = found;
    const before = this.#text.charAt(this.#at - 1);
    const after = this.#text.charAt(this.#at + mark.length);
    // Two stars and waves may stand within a word, since not all scripts part words; the others are part of the word.
    const loose = mark === "**" || mark === "~~";
    const depth = this.#frames.findLastIndex((frame) => frame.mark === mark);
    if (depth > 0 && before.trim() !== "" && (loose || !WORD.test(after)) && this.#isFilled(depth)) {
      this.#close(depth, style);
    } else if (after.trim() !== "" && (loose || !WORD.test(before)) && this.#frames.length <= DEPTH) {
      this.#flush();
      this.#frames.push({ mark, style, content: [] });
    } else this.#plain += mark;
    this.#at += mark.length;
    return true;
  }

  /** Marks with nothing between them are no style. */
  #isFilled(depth: number): boolean {
    return depth < this.#frames.length - 1 || this.#plain !== "" || this.#top().content.length > 0;
  }

  #close(depth: number, kind: Style): void {
    while (this.#frames.length > depth + 1) this.#giveUp();
    this.#flush();
    const { content } = this.#top();
    this.#frames.pop();
    this.#top().content.push({ kind, content });
  }

  /** What began and does not end is text. */
  #giveUp(): void {
    this.#flush();
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    const { content } = this.#top();
    addText(content, frame.mark);
    for (const inline of frame.content) {
      if (inline.kind === "text") addText(content, inline.text);
      else content.push(inline);
    }
  }
}

function addText(content: Inline[], text: string): void {
  const last = content[content.length - 1];
  if (last?.kind === "text") content[content.length - 1] = { kind: "text", text: last.text + text };
  else content.push({ kind: "text", text });
}

/** Where the next run of exactly so many backticks begins; -1 where none comes. */
function closing(text: string, from: number, length: number): number {
  for (const { 0: run, index } of text.slice(from).matchAll(/`+/gu)) if (run.length === length) return from + index;
  return -1;
}

/** Only what leads to the web or writes a mail. */
function safe(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && ["https:", "http:", "mailto:"].includes(url.protocol) ? url.href : null;
}
