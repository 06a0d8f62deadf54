import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { TEXT_LENGTH } from "@/shared/contract/limits";

import { DEPTH, parseInline, parseMessage, type Block, type Inline } from "./markdown";

const ADA = "01ARZ3NDEKTSV4RRFFQ69G5FA1";

/** The inlines in short: styles as brackets. */
function brief(content: readonly Inline[]): string {
  return content
    .map((it) => {
      switch (it.kind) {
        case "text":
          return it.text;
        case "code":
          return `{code ${it.text}}`;
        case "link":
          return `{link ${it.text} ${it.href}}`;
        case "mention":
          return `{mention ${it.user}}`;
        case "room":
          return `{room ${it.room}}`;
        default:
          return `{${it.kind} ${brief(it.content)}}`;
      }
    })
    .join("");
}

/** Everything that is shown of the blocks. */
function shown(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      switch (block.kind) {
        case "paragraph":
          return words(block.content);
        case "code":
          return block.language + block.text;
        case "quote":
          return shown(block.blocks);
        case "list":
          return block.items.map((item) => `${item.number ?? ""}${shown(item.blocks)}`).join("\n");
      }
    })
    .join("\n");
}

function words(content: readonly Inline[]): string {
  return content
    .map((it) => {
      if ("content" in it) return words(it.content);
      if (it.kind === "room") return it.room;
      return it.kind === "mention" ? it.user : it.text;
    })
    .join("");
}

function depthOf(blocks: readonly Block[]): number {
  const inner = blocks.map((block) => {
    if (block.kind === "quote") return 1 + depthOf(block.blocks);
    if (block.kind === "list") return 1 + Math.max(0, ...block.items.map((item) => depthOf(item.blocks)));
    return 0;
  });
  return Math.max(0, ...inner);
}

describe("within a line", () => {
  test.each([
    ["**bold** and *italic* and _italic_", "{strong bold} and {emphasis italic} and {emphasis italic}"],
    ["__bold__, ~~not so~~", "{strong bold}, {struck not so}"],
    ["**bold *and italic***", "{strong bold {emphasis and italic}}"],
    ["これは**太字**です", "これは{strong 太字}です"],
    ["2*3*4 and snake_case_name", "2*3*4 and snake_case_name"],
    ["a * b * c, ** nothing **", "a * b * c, ** nothing **"],
    ["*never closed", "*never closed"],
    ["**a _b** c_", "{strong a _b} c_"],
    ["`**code**` ``a`b``", "{code **code**} {code a`b}"],
    ["`not closed", "`not closed"],
    ["\\*plain\\*", "*plain*"],
    ["C:\\dir\\new", "C:\\dir\\new"],
    ["[here](https://a.example/x)", "{link here https://a.example/x}"],
    ["[mail](mailto:a@b.example)", "{link mail mailto:a@b.example}"],
    ["[no](javascript:alert(1)) [no](data:x)", "[no](javascript:alert(1)) [no](data:x)"],
    ["see https://a.example/a_b_c.", "see {link https://a.example/a_b_c https://a.example/a_b_c}."],
    [`_<#${ADA}>_ <#${ADA.slice(1)}>`, `{emphasis {room ${ADA}}} <#${ADA.slice(1)}>`],
    [`**<@${ADA}>** \`<@${ADA}>\``, `{strong {mention ${ADA}}} {code <@${ADA}>}`],
    ["<b>not bold</b> &amp;", "<b>not bold</b> &amp;"],
  ])("%j", (text, expected) => {
    expect(brief(parseInline(text))).toBe(expected);
  });
});

describe("blocks", () => {
  test("lines without marks are one paragraph, as they were written", () => {
    expect(parseMessage("one\n\n  two")).toEqual([{ kind: "paragraph", content: [{ kind: "text", text: "one\n\n  two" }] }]);
  });

  test.each([
    ["closed", "```ts\nlet a;\n\n  b\n```\nafter", ["code", "paragraph"]],
    ["not closed", "before\n```ts\nlet a;\n\n  b", ["paragraph", "code"]],
  ])("fenced code that is %s keeps its lines", (_, text, kinds) => {
    const blocks = parseMessage(text);
    expect(blocks.map(({ kind }) => kind)).toEqual(kinds);
    expect(blocks.find(({ kind }) => kind === "code")).toEqual({ kind: "code", language: "ts", text: "let a;\n\n  b" });
  });

  test("quotes and lists hold blocks, and numbers stay as they were written", () => {
    const [quote, list] = parseMessage("> a\n> - b\n\n3. c\n5. d\n   - e");
    expect(quote).toMatchObject({ kind: "quote", blocks: [{ kind: "paragraph" }, { kind: "list", ordered: false }] });
    expect(list).toMatchObject({ kind: "list", ordered: true, items: [{ number: 3 }, { number: 5 }] });
    expect(list?.kind === "list" && list.items[1]?.blocks).toMatchObject([{ kind: "paragraph" }, { kind: "list" }]);
  });

  test.each([">", "-", "```", "1.", "-no list", "1.5", "# no heading"])("%j is text", (text) => {
    expect(parseMessage(text)).toEqual([{ kind: "paragraph", content: [{ kind: "text", text }] }]);
  });
});

const piece = fc.oneof(
  fc.constantFrom("*", "**", "_", "~~", "`", "```", "```js", "\n", " ", "    ", "> ", "- ", "1. ", "07) ", "[", "](", ")", "\\", `<@${ADA}>`),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
const letters = (given: string): string => given.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

test("an address with as many brackets as a message can have is read", () => {
  const address = "https://a.example/";
  const [paragraph] = parseMessage(address + ")".repeat(TEXT_LENGTH - address.length));
  expect(paragraph?.kind === "paragraph" && paragraph.content[0]).toEqual({ kind: "link", text: address, href: address });
});

test("no letter and no number is lost or moved, whatever the text", () => {
  fc.assert(fc.property(text, (given) => letters(shown(parseMessage(given))) === letters(given)), { numRuns: 500 });
});

test("blocks are never deeper than they may be, whatever the text", () => {
  fc.assert(fc.property(text, (given) => depthOf(parseMessage(given)) <= DEPTH));
});

test.each([">", "> ", "- ", "*", "**a ", "_a_ ", "`", "[", "[a](", "![", "~~a*b_", "1. ", "\\", "<@", "https://", "``` "])(
  "a message full of %j is read, without a loss",
  (part) => {
    const given = part.repeat(Math.floor(TEXT_LENGTH / part.length));
    expect(letters(shown(parseMessage(given)))).toBe(letters(given));
  },
);
