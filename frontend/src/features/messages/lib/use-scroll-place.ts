import { defaultRangeExtractor, useVirtualizer, type Range, type VirtualItem } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

import { groupOf, type Group, type Line } from "./group-messages";

/** So near to the bottom counts as being there. */
const NEAR_PX = 100;
/** So much of what was read stays in sight above what was not. */
const ABOVE_PX = 64;
/** Room above the first message for what is said there: always the same, so that nothing moves when that changes. */
export const TOP_PX = 128;
const END_PX = 16;
/** Groups that are rendered beyond each edge of what is in sight. */
const OVERSCAN = 3;

const HEAD_PX = 44;
const DAY_PX = 52;
const LINE_PX = 26;
/** Few, so that more is expected than there is: what is too short would be taken for the end and so for read. */
const LINE_CHARACTERS = 40;

export interface ScrollPlace {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** The groups to render, each with its place in pixels. */
  readonly items: readonly VirtualItem[];
  /** Height of all groups in pixels, as far as known. */
  readonly height: number;
  /** For each rendered group: its real height counts from then on. */
  readonly measure: (element: HTMLElement | null) => void;
  readonly atBottom: boolean;
  /** The same as of now, for layout effects: rendered state comes after them. */
  readonly isAtBottom: () => boolean;
  readonly onScroll: () => void;
  readonly toBottom: () => void;
  /** Brings message n into the middle; false while it is not rendered. */
  readonly toMessage: (n: number) => boolean;
}

/** Rows that the texts of lines will take; kept, for all are added up whenever a message comes. */
const expectedRows = new WeakMap<Line, number>();

function rowsOf(line: Line): number {
  const known = expectedRows.get(line);
  if (known !== undefined) return known;
  const rows = line.text.split("\n").length + Math.floor(line.text.length / LINE_CHARACTERS);
  expectedRows.set(line, rows);
  return rows;
}

/** As many pixels as the group will take at most, in most cases. */
function expectedHeight(group: Group | undefined): number {
  if (group === undefined) return 0;
  const rows = group.lines.reduce((sum, line) => sum + rowsOf(line), 0);
  return HEAD_PX + (group.newDay ? DAY_PX : 0) + rows * LINE_PX;
}

/** Not rounded, as the library would: places add up to the pixel. */
function heightOf(element: HTMLElement): number {
  return element.getBoundingClientRect().height;
}

/**
 * Renders the groups in sight only, and keeps the reader's place: at the bottom while there, else on the same message to
 * the pixel when older ones are put above it. `begin` is the number of the message to begin with, if it is among the
 * first to be loaded and the end of these would leave it out of sight; `kept` that of a message which stays rendered
 * wherever the reader scrolls, for it has the focus or is being edited.
 */
export function useScrollPlace(groups: readonly Group[], begin: number | null, kept: number | null): ScrollPlace {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  /** Where the scroller was put, or was seen when the reader had scrolled. */
  const known = useRef(0);
  const toBegin = useRef(begin);
  const [atBottom, setAtBottom] = useState(true);
  const keptIndex = kept === null ? -1 : groupOf(groups, kept);

  // The rule is for the React Compiler, which is not used here: `rows` is one object, and what it returns is not kept.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: groups.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => groups[index]?.key ?? index, [groups]),
    estimateSize: (index) => expectedHeight(groups[index]),
    measureElement: heightOf,
    rangeExtractor: useCallback(
      (range: Range) => {
        const indexes = defaultRangeExtractor(range);
        if (keptIndex === -1 || indexes.includes(keptIndex)) return indexes;
        return [...indexes, keptIndex].sort((one, other) => one - other);
      },
      [keptIndex],
    ),
    anchorTo: "end",
    scrollEndThreshold: NEAR_PX,
    overscan: OVERSCAN,
    paddingStart: TOP_PX,
    paddingEnd: END_PX,
    scrollPaddingStart: ABOVE_PX,
    // It begins at the bottom, which is about there.
    initialOffset: () => groups.reduce((sum, group) => sum + expectedHeight(group), 0),
  });

  const toBottom = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    rows.cancelScroll();
    stuck.current = true;
    setAtBottom(true);
    known.current = putAtEnd(element);
  }, [rows]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    known.current = element.scrollTop;
    stuck.current = pixelsBelow(element) < NEAR_PX;
    setAtBottom(stuck.current);
  }, []);

  const isAtBottom = useCallback(() => stuck.current, []);

  const toMessage = useCallback(
    (n: number) => {
      const element = scroller.current;
      const index = groupOf(groups, n);
      if (element === null || index === -1) return false;
      toBegin.current = null;
      stuck.current = false;
      const top = topOf(element, n);
      if (top === null) {
        rows.scrollToIndex(index, { align: "center" });
        return false;
      }
      rows.cancelScroll();
      element.scrollTop = top - element.clientHeight / 2;
      // No event comes where that is the place already.
      onScroll();
      return true;
    },
    [groups, rows, onScroll],
  );

  // Its event comes a frame after the scrolling itself: whoever was just scrolled up is not to be pulled down again.
  const follow = useCallback((element: HTMLElement) => {
    const scrolledUp = element.scrollTop < known.current - NEAR_PX && pixelsBelow(element) >= NEAR_PX;
    if (!scrolledUp) known.current = putAtEnd(element);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || groups.length === 0) return;
    const first = toBegin.current === null ? -1 : groupOf(groups, toBegin.current);
    toBegin.current = null;
    if (first !== -1) {
      stuck.current = false;
      rows.scrollToIndex(first, { align: "start" });
      onScroll();
    }
  }, [groups, rows, onScroll]);

  // Whatever was rendered may have moved the end.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && stuck.current) follow(element);
  });

  // Fonts, a keyboard on a phone, or a wider window move the end without a message.
  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (element === null || inner === null) return;
    const observer = new ResizeObserver(() => {
      if (stuck.current) follow(element);
      else onScroll();
    });
    observer.observe(element);
    observer.observe(inner);
    return () => observer.disconnect();
  }, [follow, onScroll]);

  return {
    ...{ scroller, content, items: rows.getVirtualItems(), height: rows.getTotalSize(), measure: rows.measureElement },
    ...{ atBottom, isAtBottom, onScroll, toBottom, toMessage },
  };
}

function pixelsBelow(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

/** Scrolls to the end; where that is. */
function putAtEnd(element: HTMLElement): number {
  element.scrollTop = element.scrollHeight;
  return element.scrollTop;
}

function topOf(scroller: HTMLElement, n: number): number | null {
  const line = scroller.querySelector(`[data-n="${n}"]`);
  if (line === null) return null;
  return line.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
}
