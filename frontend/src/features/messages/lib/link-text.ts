/** A text in parts: what is shown as it is, and http(s) addresses that can be followed. */
export interface LinkedPart {
  readonly text: string;
  readonly href: string | null;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/giu;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,:;!?…]/u;
const BRACKETS: readonly (readonly [open: string, close: string])[] = [
  ["(", ")"],
  ["[", "]"],
];

export function linkText(text: string): LinkedPart[] {
  const parts: LinkedPart[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = safe(address);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}

/** Without the punctuation and the closing brackets that belong to the sentence around it. */
function trimmed(address: string): string {
  const surplus = new Map(BRACKETS.map(([open, close]) => [close, count(address, close) - count(address, open)]));
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    const over = surplus.get(last) ?? 0;
    if (over > 0) surplus.set(last, over - 1);
    else if (!TRAILING.test(last)) break;
  }
  return address.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function safe(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:") ? url.href : null;
}
