import { expect, test } from "vitest";

import { parsePush } from "./frames";

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
