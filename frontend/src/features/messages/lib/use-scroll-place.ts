import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

/** So near to the bottom counts as being there. */
const NEAR_PX = 100;

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
  readonly onScroll: () => void;
  readonly toBottom: () => void;
}

/**
 * Keeps the reader's place: at the bottom while there, else on the same message to the pixel when older ones are
 * put above it. `low` is the number of the first message shown; `version` changes whenever the content does.
 */
export function useScrollPlace(low: number, version: unknown): ScrollPlace {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const anchor = useRef<Anchor | null>(null);
  const [atBottom, setAtBottom] = useState(true);

  const toBottom = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    stuck.current = true;
    setAtBottom(true);
    element.scrollTop = element.scrollHeight;
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

  return { scroller, content, atBottom, onScroll, toBottom };
}

function topOf(scroller: HTMLElement, n: number): number | null {
  const line = scroller.querySelector(`[data-n="${n}"]`);
  if (line === null) return null;
  return line.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
}
