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

function nothingKept(): never {
  throw new DOMException("", "SecurityError");
}

test("a device tells of nothing until that is chosen, and keeps each choice", () => {
  const kept = storage();
  expect(deviceChoices(kept)).toEqual({ desktop: false, sound: false });
  chooseForDevice({ sound: true }, kept);
  expect(chooseForDevice({ desktop: true }, kept)).toEqual({ desktop: true, sound: true });
  expect(deviceChoices(kept)).toEqual({ desktop: true, sound: true });
});

test("what is kept may be anything, and may not be kept", () => {
  for (const content of ["", "null", "[]", '{"desktop": 1}']) {
    expect(deviceChoices(storage(content))).toEqual({ desktop: false, sound: false });
  }
  expect(chooseForDevice({ sound: true }, nothingKept)).toEqual({ desktop: false, sound: false });
});
