import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { firstRouteBytes, type Output } from "./first-route";

const weight = (...codes: string[]) => codes.reduce((sum, code) => sum + gzipSync(code).length, 0);
const chunk = (code: string, imports: string[] = [], isEntry = false): Output => ({ type: "chunk", code, imports, isEntry });

test("the first route is the entry with what it imports, each once, and nothing that is loaded on demand", () => {
  const bundle: Record<string, Output> = {
    "entry.js": chunk("entry()", ["one.js", "two.js"], true),
    "one.js": chunk("one()", ["two.js"]),
    "two.js": chunk("two()", ["one.js", "outside"]),
    "dialog.js": chunk("dialog()".repeat(50), ["one.js"]),
    "style.css": { type: "asset" },
  };
  expect(firstRouteBytes(bundle)).toBe(weight("entry()", "one()", "two()"));
});
