import type { KeyboardEvent } from "react";

/**
 * Moves the focus from message to message with the arrow keys, beginning with the newest in sight; Escape gives it back
 * to the list. Answers whether the key was for that.
 */
export function moveFocus(list: HTMLElement, event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  const line = target.closest<HTMLElement>("[data-n]");
  if (event.key === "Escape" && line !== null) {
    list.focus({ preventScroll: true });
    return true;
  }
  // Within a message's tools and fields the keys are theirs.
  if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || (target !== list && target !== line)) return false;
  const lines = [...list.querySelectorAll<HTMLElement>("[data-n]")];
  const bottom = list.getBoundingClientRect().bottom;
  const next =
    line === null
      ? lines.findLast((it) => it.getBoundingClientRect().top < bottom)
      : lines[lines.indexOf(line) + (event.key === "ArrowUp" ? -1 : 1)];
  next?.focus();
  return next !== undefined;
}
