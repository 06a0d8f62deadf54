import fc from "fast-check";
import { expect, test } from "vitest";

import { linkedMessage, messageLink } from "./message-link";

test("a link leads to the message it was made for", () => {
  expect(messageLink("https://chat.example", "01ROOM", 7)).toBe("https://chat.example/rooms/01ROOM?message=7");
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (n) => {
      expect(linkedMessage(new URL(messageLink("https://chat.example", "01ROOM", n)).search)).toBe(n);
    }),
  );
});

test("without a number nothing is linked, and what is no number is no message's", () => {
  expect(linkedMessage("")).toBeNull();
  expect(linkedMessage("?other=1")).toBeNull();
  for (const wrong of ["", "0", "-1", "1.5", "1e3", "seven", "9".repeat(16)]) {
    expect(linkedMessage(`?message=${wrong}`)).toBe(0);
  }
});
