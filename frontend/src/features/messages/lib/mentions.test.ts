import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decodeMentions, encodeMentions, mentionQuery, suggested } from "./mentions";

const ADA = { id: "01ARZ3NDEKTSV4RRFFQ69G5FA1", name: "Ada" };
const LOVELACE = { id: "01ARZ3NDEKTSV4RRFFQ69G5FA2", name: "Ada Lovelace" };
const GRACE = { id: "01ARZ3NDEKTSV4RRFFQ69G5FA3", name: "Grace" };
const PEOPLE = [ADA, LOVELACE, GRACE];
const USERS = new Map(PEOPLE.map((user) => [user.id, user]));

describe("a mention that is sent", () => {
  test.each([
    ["@Grace hello", `<@${GRACE.id}> hello`],
    ["hello @grace, and @GRACE!", `hello <@${GRACE.id}>, and <@${GRACE.id}>!`],
    ["@Ada Lovelace", `<@${LOVELACE.id}>`],
    ["@Ada Byron", `<@${ADA.id}> Byron`],
    ["(@Ada)", `(<@${ADA.id}>)`],
    ["@Graceful @Nobody", "@Graceful @Nobody"],
    ["grace@Grace.example", "grace@Grace.example"],
    ["@@Ada", `@<@${ADA.id}>`],
    ["@", "@"],
  ])("%j", (typed, stored) => {
    expect(encodeMentions(typed, PEOPLE)).toBe(stored);
  });

  test("is read as it was written, and stored as it was when saved again", () => {
    const piece = fc.constantFrom(`<@${LOVELACE.id}>`, `<@${GRACE.id}>`, " ", "\n", ", ", "@", "hello");
    const stored = fc.array(piece).map((pieces) => pieces.join(" "));
    fc.assert(fc.property(stored, (text) => encodeMentions(decodeMentions(text, USERS), PEOPLE) === text));
  });

  test("of somebody unknown stays as it is", () => {
    const text = "<@01ARZ3NDEKTSV4RRFFQ69G5FA9> was here";
    expect(decodeMentions(text, USERS)).toBe(text);
  });
});

describe("a mention that is being typed", () => {
  test.each([
    ["hello @gr", 9, { at: 6, typed: "gr" }],
    ["@", 1, { at: 0, typed: "" }],
    ["@Ada Lo", 7, { at: 0, typed: "Ada Lo" }],
    ["@ada\n", 5, null],
    ["@ ", 2, null],
    ["a@b", 3, null],
    ["@ada", 0, null],
    ["none", 4, null],
  ])("in %j at %i", (text, caret, expected) => {
    expect(mentionQuery(text, caret)).toEqual(expected);
  });

  test("is completed by the beginnings of names and of their words", () => {
    expect(suggested(PEOPLE, "")).toEqual([ADA, LOVELACE, GRACE]);
    expect(suggested(PEOPLE, "ADA")).toEqual([ADA, LOVELACE]);
    expect(suggested(PEOPLE, "love")).toEqual([LOVELACE]);
    expect(suggested(PEOPLE, "ada ")).toEqual([LOVELACE]);
    expect(suggested(PEOPLE, "ovelace")).toEqual([]);
  });
});
