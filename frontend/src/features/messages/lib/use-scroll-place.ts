import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

/** So near to the bottom counts as being there. */
const NEAR_PX = 100;
/** So much of what was read stays in sight above what was not. */
const ABOVE_PX = 64;

interface Anchor {
  /** Number of the message that was the first one. */
  readonly n: number;
  /** Its distance from the top of the content. */
  readonly top: number;
}

export interface ScrollPlace {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly atBottom: boolean;
  /** The same as of now, for layout effects: rendered state comes after them. */
  readonly isAtBottom: () => boolean;
  readonly onScroll: () => void;
  readonly toBottom: () => void;
  /** Brings message n into the middle; false when it is not there. */
  readonly toMessage: (n: number) => boolean;
}

/**
 * Keeps the reader's place: at the bottom while there, else on the same message to the pixel when older ones are
 * put above it. `low` is the number of the first message shown; `version` changes whenever the content does. `begin` is
 * the number of the message to begin with, if it is among the first to be loaded and the end of these would leave it
 * out of sight.
 */
export function useScrollPlace(low: number, version: unknown, begin: number | null): ScrollPlace {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const anchor = useRef<Anchor | null>(null);
  const toBegin = useRef(begin);
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    stuck.current = true;
    setAtBottom(true);
    element.scrollTop = element.scrollHeight;
  }, []);

  const isAtBottom = useCallback(() => stuck.current, []);

  const toMessage = useCallback((n: number) => {
    const element = scroller.current;
    const top = element === null ? null : topOf(element, n);
    if (element === null || top === null) return false;
    toBegin.current = null;
    stuck.current = false;
    element.scrollTop = top - element.clientHeight / 2;
    return true;
  }, []);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    setAtBottom(stuck.current);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const before = anchor.current;
    if (stuck.current) element.scrollTop = element.scrollHeight;
    else if (before !== null && low < before.n) element.scrollTop += (topOf(element, before.n) ?? before.top) - before.top;
    const top = topOf(element, low);
    const first = toBegin.current === null ? null : topOf(element, toBegin.current);
    if (top !== null) toBegin.current = null;
    if (first !== null && first < element.scrollTop) {
      stuck.current = false;
      setAtBottom(false);
      element.scrollTop = first - ABOVE_PX;
    }
    anchor.current = top === null ? null : { n: low, top };
  }, [low, version]);

  // Fonts, a keyboard on a phone, or a wider window move the end without a message.
  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (element === null || inner === null) return;
    const observer = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight;
      const n = anchor.current?.n;
      const top = n === undefined ? null : topOf(element, n);
      if (n !== undefined && top !== null) anchor.current = { n, top };
    });
    observer.observe(element);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);

  return { scroller, content, atBottom, isAtBottom, onScroll, toBottom, toMessage };
}

function topOf(scroller: HTMLElement, n: number): number | null {
  const line = scroller.querySelector(`[data-n="${n}"]`);
  if (line === null) return null;
  return line.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
}
