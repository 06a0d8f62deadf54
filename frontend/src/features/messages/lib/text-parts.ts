import { MENTION } from "@/shared/realtime/message";

import { linkText } from "./link-text";

/** A piece of a message: plain text, an http(s) address that can be followed, or a mentioned user. */
export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly user: string };

export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(MENTION)) {
    parts.push(...linked(text.slice(end, match.index)), { kind: "mention", user: match[1] ?? "" });
    end = match.index + match[0].length;
  }
  return [...parts, ...linked(text.slice(end))];
}

function linked(text: string): TextPart[] {
  return linkText(text).map(({ text: piece, href }) =>
    href === null ? { kind: "text", text: piece } : { kind: "link", text: piece, href },
  );
}
