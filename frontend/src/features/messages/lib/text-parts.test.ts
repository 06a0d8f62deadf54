import { expect, test } from "vitest";

import { textParts } from "./text-parts";

const ADA = "01ARZ3NDEKTSV4RRFFQ69G5FA1";

test("a text is shown with its mentions and links in their places", () => {
  expect(textParts(`<@${ADA}> see https://a.example/<@${ADA}>!`)).toEqual([
    { kind: "mention", user: ADA },
    { kind: "text", text: " see " },
    { kind: "link", text: "https://a.example/", href: "https://a.example/" },
    { kind: "mention", user: ADA },
    { kind: "text", text: "!" },
  ]);
});

test.each(["<@ada>", "<@01ARZ3NDEKTSV4RRFFQ69G5FA1", "@Ada"])("%j is text", (text) => {
  expect(textParts(text)).toEqual([{ kind: "text", text }]);
});
