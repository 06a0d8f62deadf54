import { expect, test } from "vitest";

import { chooseForDevice, deviceChoices } from "./device-choices";

function storage(content: string | null = null) {
  let kept = content;
  return () => ({
    getItem: () => kept,
    setItem: (_key: string, value: string) => {
      kept = value;
    },
  });
}

const NOTHING = { desktop: false, sound: false, language: null };

function nothingKept(): never {
  throw new DOMException("", "SecurityError");
}

test("a device tells of nothing until that is chosen, and keeps each choice", () => {
  const kept = storage();
  expect(deviceChoices(kept)).toEqual(NOTHING);
  chooseForDevice({ sound: true }, kept);
  expect(chooseForDevice({ desktop: true }, kept)).toEqual({ desktop: true, sound: true, language: null });
  expect(chooseForDevice({ language: "de" }, kept)).toEqual({ desktop: true, sound: true, language: "de" });
  expect(deviceChoices(kept)).toEqual({ desktop: true, sound: true, language: "de" });
});

test("what is kept may be anything, and may not be kept", () => {
  for (const content of ["", "null", "[]", '{"desktop": 1, "language": "tlh"}']) {
    expect(deviceChoices(storage(content))).toEqual(NOTHING);
  }
  expect(chooseForDevice({ sound: true }, nothingKept)).toEqual(NOTHING);
});
