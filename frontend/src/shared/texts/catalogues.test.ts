import { gemoji } from "gemoji";
import { expect, test } from "vitest";

import { de } from "./de";
import { SENTENCES } from "./de/refusals";
import { en } from "./en";

/** The server's source. */
const SERVER = import.meta.glob<string>("../../../../functions/chalicelib/**/*.py", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Stands for every argument: a list, and as such a number and a text as well. */
const ARGUMENT = ["7"];

/** What both languages say in the same words. */
const SAME = [
  "(offline)",
  "(online)",
  "7 in 7",
  "7 – Parley",
  "Alt",
  "Code",
  "Code in 7",
  "Emoji",
  "Esc",
  "Name",
  "Offline",
  "Online",
  "Parley",
  "Status",
  "in 7",
];

/** Each text by its path; of functions, what they say. */
function textsOf(entry: unknown, path: string): [path: string, text: string][] {
  if (typeof entry === "function") {
    const say = entry as (...given: unknown[]) => unknown;
    return [[path, String(say(...Array<unknown>(say.length).fill(ARGUMENT)))]];
  }
  if (typeof entry !== "object" || entry === null) return [[path, String(entry)]];
  return Object.entries(entry).flatMap(([name, inner]) => textsOf(inner, path === "" ? name : `${path}.${name}`));
}

const english = new Map(textsOf(en, ""));
const german = new Map(textsOf(de, ""));

test("both languages have the same texts", () => {
  expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
});

test("no text is empty", () => {
  const empty = [...english, ...german].filter(([, text]) => text.trim() === "");
  expect(empty).toEqual([]);
});

test("German texts are German", () => {
  const same = [...german].filter(([path, text]) => /\p{L}/u.test(text) && english.get(path) === text);
  expect([...new Set(same.map(([, text]) => text))].sort()).toEqual(SAME);
});

test("every category of emoji has a German name", () => {
  const categories = new Set(gemoji.map(({ category }) => category));
  expect([...categories].filter((name) => de.messages.emojiGroup(name) === name)).toEqual([]);
});

test("what is translated of the server's sentences is what the server says", () => {
  const said = Object.values(SERVER).flatMap(sentences);
  expect(said.length).toBeGreaterThan(100);
  expect(Object.keys(SENTENCES).filter((sentence) => !said.some((pattern) => pattern.test(sentence)))).toEqual([]);
});

/** Patterns of the sentences in a Python source; what is put into one may be any word. */
function sentences(source: string): RegExp[] {
  return [...source.matchAll(/"([A-Z][^"\n]*\.)"/gu)].map(([, text = ""]) => {
    const parts = text.split(/\{[^}]*\}/u).map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
    return new RegExp(`^${parts.join("\\w+")}$`, "u");
  });
}
