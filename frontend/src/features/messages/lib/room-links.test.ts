import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { id, room } from "@/shared/realtime/testing/fixtures";

import { completionQuery } from "./completion";
import { decodeRoomLinks, encodeRoomLinks, roomQuery, suggestedRooms } from "./room-links";

const GENERAL = room({ id: id(11), name: "general" });
const DESIGN = room({ id: id(12), name: "general design" });
const DIRECT = room({ id: id(13), name: "", kind: "dm" });
const ALL = [GENERAL, DESIGN, DIRECT];
const ROOMS = new Map(ALL.map((one) => [one.id, one]));

describe("a room that is named", () => {
  test.each([
    ["#general", `<#${GENERAL.id}>`],
    ["see #General, and (#general design)", `see <#${GENERAL.id}>, and (<#${DESIGN.id}>)`],
    ["#generally #none # #", "#generally #none # #"],
    ["https://a.example/#general a#general ##general", "https://a.example/#general a#general ##general"],
  ])("%j", (typed, stored) => {
    expect(encodeRoomLinks(typed, ALL)).toBe(stored);
  });

  test("is read as it was written, and stored as it was when saved again", () => {
    const piece = fc.constantFrom(`<#${GENERAL.id}>`, `<#${DESIGN.id}>`, `<#${DIRECT.id}>`, "\n", ", ", "#", "hello");
    const stored = fc.array(piece).map((pieces) => pieces.join(" "));
    fc.assert(fc.property(stored, (text) => encodeRoomLinks(decodeRoomLinks(text, ROOMS), ALL) === text));
  });

  test("and that the reader is not in is called nothing", () => {
    const text = `in <#${id(19)}>`;
    expect(decodeRoomLinks(text, ROOMS)).toBe(text);
    expect(decodeRoomLinks(text, ROOMS, "private room")).toBe("in private room");
  });
});

describe("a room's name that is being typed", () => {
  test.each([
    ["see #ge", { at: 4, typed: "ge" }],
    ["#", { at: 0, typed: "" }],
    ["#general de", { at: 0, typed: "general de" }],
    ["# heading", null],
    ["a#b", null],
    ["none", null],
  ])("in %j", (text, expected) => {
    expect(roomQuery(text, text.length)).toEqual(expected);
  });

  test("is what is offered when it began last", () => {
    expect(completionQuery("@Ada #ge", 8)).toEqual({ kind: "room", at: 5, typed: "ge" });
    expect(completionQuery("#general @A", 11)).toEqual({ kind: "mention", at: 9, typed: "A" });
  });

  test("is completed by the beginnings of names and of their words", () => {
    expect(suggestedRooms(ALL, "")).toEqual([GENERAL, DESIGN]);
    expect(suggestedRooms(ALL, "DES")).toEqual([DESIGN]);
  });
});
