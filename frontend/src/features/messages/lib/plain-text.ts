/** What a message says where nothing can be bold: in notifications, in quotes, to screen readers. */
import type { Room, User } from "@/shared/contract/types";

import { parseMessage, type Block, type Inline, type Item } from "./markdown";
import { readableText } from "./readable";

/** The text without its marks, people and rooms by their names. Quoted lines and those of lists keep their signs. */
export function plainText(
  text: string,
  users: ReadonlyMap<string, User>,
  rooms: ReadonlyMap<string, Room>,
): string {
  return readableText(blocksText(parseMessage(text)), users, rooms);
}

function blocksText(blocks: readonly Block[]): string {
  return blocks.map(blockText).join("\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return inlinesText(block.content);
    case "code":
      return block.text;
    case "quote":
      return indented("> ", "> ", blocksText(block.blocks));
    case "list":
      return block.items.map(itemText).join("\n");
  }
}

function itemText({ number, blocks }: Item): string {
  const sign = number === undefined ? "- " : `${number}. `;
  return indented(sign, " ".repeat(sign.length), blocksText(blocks));
}

function indented(first: string, others: string, text: string): string {
  return first + text.replaceAll("\n", `\n${others}`);
}

function inlinesText(content: readonly Inline[]): string {
  return content.map(inlineText).join("");
}

function inlineText(inline: Inline): string {
  switch (inline.kind) {
    case "mention":
      return `<@${inline.user}>`;
    case "room":
      return `<#${inline.room}>`;
    case "text":
    case "code":
    case "link":
      return inline.text;
    case "strong":
    case "emphasis":
    case "struck":
      return inlinesText(inline.content);
  }
}
