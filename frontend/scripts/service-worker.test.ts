import { expect, test } from "vitest";

import { buildOf } from "./service-worker.ts";

const FILES = new Map<string, string>([
  ["/index.html", "<html>"],
  ["/assets/index-1.js", "1"],
]);

test("the list has every file, and the version does not depend on their order", () => {
  const build = buildOf(FILES);
  expect(build.files).toEqual(["/assets/index-1.js", "/index.html"]);
  expect(buildOf(new Map([...FILES].reverse()))).toEqual(build);
});

test("another content of any file, and another file, is another version", () => {
  const { version } = buildOf(FILES);
  expect(buildOf(new Map([...FILES, ["/index.html", "<html lang>"]])).version).not.toBe(version);
  expect(buildOf(new Map([...FILES, ["/favicon.svg", "<svg>"]])).version).not.toBe(version);
});
