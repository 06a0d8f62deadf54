import { expect, test } from "vitest";

import { isFunctionFailure, parsePush } from "./frames";

test("a frame of a known type is taken", () => {
  expect(parsePush('{"type":"left","room":"R"}')).toEqual({ type: "left", room: "R" });
});

test.each(["", "{", "null", "7", '"left"', "[]", "{}", '{"type":7}', '{"type":"toString"}', '{"type":"of a newer server"}'])(
  "%j is ignored",
  (frame) => {
    expect(parsePush(frame)).toBeNull();
  },
);

test("a binary frame is ignored", () => {
  expect(parsePush(new ArrayBuffer(4))).toBeNull();
});

test("API Gateway's frame for a function that died is told from everything else", () => {
  expect(isFunctionFailure('{"message": "Internal server error", "connectionId":"c", "requestId":"r"}')).toBe(true);
  for (const frame of ["{", "null", '{"message":"Forbidden"}', '{"type":"left","room":"R"}', new ArrayBuffer(4)]) {
    expect(isFunctionFailure(frame)).toBe(false);
  }
});
