import { linkText } from "@/features/messages/lib/link-text";

/** Text is text; only addresses of the web become links. */
export function MessageText({ text }: { readonly text: string }) {
  return linkText(text).map((part, index) =>
    part.href === null ? (
      part.text
    ) : (
      <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
        {part.text}
      </a>
    ),
  );
}
