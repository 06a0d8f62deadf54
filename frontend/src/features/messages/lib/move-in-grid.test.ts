// @vitest-environment happy-dom
import { expect, test } from "vitest";

import { nextInGrid } from "./move-in-grid";

const COLUMNS = 3;

/** Seven in rows of three, numbered from 0. */
function grid(): HTMLElement[] {
  return Array.from({ length: 7 }, (_, place) => {
    const element = document.createElement("button");
    element.textContent = String(place);
    Object.defineProperty(element, "offsetTop", { value: Math.floor(place / COLUMNS) * 32 });
    Object.defineProperty(element, "offsetLeft", { value: (place % COLUMNS) * 32 });
    return element;
  });
}

test.each([
  [0, "ArrowRight", "1"],
  [2, "ArrowRight", "3"],
  [3, "ArrowLeft", "2"],
  [1, "ArrowDown", "4"],
  [5, "ArrowDown", "6"],
  [4, "ArrowUp", "1"],
  [6, "ArrowUp", "3"],
  [0, "ArrowUp", undefined],
  [6, "ArrowDown", undefined],
  [0, "ArrowLeft", undefined],
  [0, "Enter", undefined],
])("from %i %s leads to %s", (from, key, to) => {
  const elements = grid();
  const start = elements[from];
  if (start === undefined) throw new Error("the grid is smaller");
  expect(nextInGrid(elements, start, key)?.textContent ?? undefined).toBe(to);
});
