// @vitest-environment happy-dom
import { act, cleanup, render } from "@testing-library/react";
import fc from "fast-check";
import type { ReactNode } from "react";
import { afterEach, describe, expect, test, vi } from "vitest";

import { MessageText } from "@/features/messages/components/message-text";
import { openRoom } from "@/features/messages/components/testing/open-room";
import { settle } from "@/shared/realtime/testing/fake-environment";
import { ADA, ROOM } from "@/shared/realtime/testing/fixtures";
import type { Realtime } from "@/shared/realtime/realtime";
import { RealtimeContext } from "@/shared/services/services";

import { RoomHeader } from "./room-header";

afterEach(cleanup);

/** All that a message is ever made of, with the attributes each may have beside `class`. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  p: [],
  strong: [],
  em: [],
  s: [],
  span: ["data-kind"],
  code: [],
  pre: ["tabindex", "aria-label", "role"],
  figure: [],
  figcaption: [],
  blockquote: [],
  ul: [],
  ol: [],
  li: ["value"],
  a: ["href", "title", "target", "rel"],
};
const SCHEMES = ["http:", "https:", "mailto:"];

/** What the web has been attacked with, by the place where it would do harm. */
const ELEMENTS = [
  "<script>alert(1)</script>",
  "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
  "<scr<script>ipt>alert(1)</scr</script>ipt>",
  "<script\u0000>alert(1)</script>",
  "</p></div><script>alert(1)</script>",
  "]]><script>alert(1)</script><![CDATA[",
  "<!--><img src=x onerror=alert(1)>-->",
  "<img src=x onerror=alert(1)>",
  '<img src="x" onerror="alert(1)" style="position:fixed">',
  "<svg onload=alert(1)>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
  "<svg><use href=data:image/svg+xml,<svg/onload=alert(1)>#x></svg>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
  "<a href=javascript:alert(1)>here</a>",
  "<form action=javascript:alert(1)><button>here</button></form>",
  "<details open ontoggle=alert(1)>",
  "<input autofocus onfocus=alert(1)>",
  "<base href=//evil.example>",
  "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
  "<link rel=stylesheet href=//evil.example/x.css>",
  "<style>*{background:url(javascript:alert(1))}</style>",
  "<template><script>alert(1)</script></template>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= alert(1) %>",
  "<@javascript:alert(1)> <#javascript:alert(1)>",
];
const LINKS = [
  "javascript:alert(1)",
  "[here](javascript:alert(1))",
  "[here](JaVaScRiPt:alert(1))",
  "[here](java\tscript:alert(1))",
  "[here](java\nscript:alert(1))",
  "[here](\u0001javascript:alert(1))",
  "[here]( javascript:alert(1))",
  "[here](javascript&colon;alert(1))",
  "[here](&#106;avascript:alert(1))",
  "[here](&#x6A&#x61vascript:alert(1))",
  "[here](javascript%3Aalert(1))",
  "[here](\\u006aavascript:alert(1))",
  "[here](vbscript:msgbox(1))",
  "[here](data:text/html,<script>alert(1)</script>)",
  "[here](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
  "[here](blob:https://example.org/1)",
  "[here](file:///etc/passwd)",
  "[here](//evil.example)",
  "[here](http:javascript:alert(1))",
  "[here](https://example.org/\"onmouseover=\"alert(1))",
  "[here](https://example.org/'onmouseover='alert(1))",
  "[here](mailto:a@example.org?subject=\"><script>alert(1)</script>)",
  "[<img src=x onerror=alert(1)>](https://example.org)",
  "[here][1]\n\n[1]: javascript:alert(1)",
  "![here](javascript:alert(1))",
  "<javascript:alert(1)>",
  "https://example.org/\"><script>alert(1)</script>",
  "https://javascript:alert(1)@example.org/",
  "http://\u202egro.elpmaxe\u202c/ https://ex\u0430mple.org",
  "view-source:https://example.org",
];
const DISGUISES = [
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;script&#62;alert(1)&#60;/script&#62;",
  "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e",
  "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
  "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
  "<\u200bscript>alert(1)<\u200b/script>",
  "\u202e>tpircs<alert(1)",
  "\ud800<script>alert(1)</script>\udfff",
];
const NESTED = [
  "**[*`<script>`*](javascript:alert(1))**",
  "> - > 1. **<img src=x onerror=alert(1)>**",
  "`` `<script>alert(1)</script>` ``",
  "[[here](javascript:alert(1))](https://example.org)",
  "[here](https://example.org/[x](javascript:alert(1)))",
  "~~__**<b onclick=alert(1)>**__~~",
  "```\n</code></pre><script>alert(1)</script>\n```",
  "```\"onmouseover=alert(1)\n<script>alert(1)</script>\n```",
  "```__proto__\n<script>alert(1)</script>\n```",
  "```html\n<img src=x onerror=alert(1)>\n```",
];
const CORPUS = [...ELEMENTS, ...LINKS, ...DISGUISES, ...NESTED];

/** Fails where there is an element or an attribute that messages do not have, or a link to what is no address. */
function expectHarmless(container: Element): void {
  for (const element of container.querySelectorAll("*")) {
    const tag = element.localName;
    expect(Object.keys(ALLOWED)).toContain(tag);
    const attributes = element.getAttributeNames();
    expect(["class", ...(ALLOWED[tag] ?? [])]).toEqual(expect.arrayContaining(attributes));
    const href = element.getAttribute("href");
    if (href !== null) expect(SCHEMES).toContain(new URL(href, location.href).protocol);
    if (element.getAttribute("target") === "_blank") expect(element.getAttribute("rel")).toContain("noopener");
  }
}

function shown(realtime: Realtime, content: ReactNode): HTMLElement {
  return render(<RealtimeContext value={realtime}>{content}</RealtimeContext>).container;
}

describe("a hostile text", () => {
  test("becomes nothing that a message is not made of", async () => {
    const { realtime } = await openRoom();
    for (const text of CORPUS) {
      const container = shown(realtime, <MessageText text={text} />);
      expectHarmless(container);
      expect(container.textContent).not.toBe("");
    }
  });

  test("becomes nothing else between marks and other hostile texts", async () => {
    const { realtime } = await openRoom();
    const marks = ["**", "_", "~~", "`", "```\n", "\n", "> ", "- ", "1. ", "[", "](", ")", "\\", "<", ">", `<@${ADA}>`, `<#${ROOM}>`];
    const texts = fc.array(fc.constantFrom(...CORPUS, ...marks), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        expectHarmless(shown(realtime, <MessageText text={text} />));
        cleanup();
      }),
      { numRuns: 100 },
    );
  });

  test("in a language that is coloured becomes coloured text", async () => {
    const { realtime } = await openRoom();
    const code = ELEMENTS.join("\n");
    const container = shown(realtime, <MessageText text={`\`\`\`html\n${code}\n\`\`\``} />);
    await vi.waitFor(() => expect(container.querySelector("code [data-kind]")).not.toBeNull());
    expectHarmless(container);
    expect(container.querySelector("code")?.textContent).toBe(code);
  });

  test.each([...ELEMENTS, ...LINKS, ...DISGUISES])("as a name or a topic is text wherever it is shown", async (name) => {
    const plain = await shapeWith("plain");
    cleanup();
    expect(await shapeWith(name)).toEqual(plain);
    for (const sign of ["@", "#", ""]) expect(document.body.textContent).toContain(sign + name);
  });
});

/** The elements of a room, each with the names of its attributes, where everything in it is called so. */
async function shapeWith(name: string): Promise<string[]> {
  const { realtime, server } = await openRoom(
    (fake) => {
      fake.name = name;
      fake.othersSay(`<@${ADA}> in <#${ROOM}>`);
      fake.othersSay("an answer", 1);
    },
    { topic: name },
  );
  await act(() => {
    server.push({ type: "profile.updated", user: { id: ADA, name } });
    return settle();
  });
  const room = realtime.rooms.get().get(ROOM);
  if (room === undefined) throw new Error("the room is open");
  shown(realtime, <RoomHeader title={name} room={room} />);
  return [...document.body.querySelectorAll("*")].map(
    (element) => `${element.localName} ${element.getAttributeNames().sort().join(" ")}`,
  );
}
