/** Which rows of a long table are in view; all rows are of one height. */
import { type RefObject, useCallback, useLayoutEffect, useState } from "react";

/** Engines draw nothing that is higher (Firefox: 17.8 million); longer tables scroll faster. */
const MOST_PIXELS = 16_000_000;
const OVERSCAN = 12;

export interface Span {
  first: number;
  last: number;
  /** Of everything that can be scrolled over. */
  height: number;
  /** Where the first row stands within it. */
  offset: number;
}

/** Rows in view of a scroller that has gone `top` pixels. */
export function spanOf(count: number, row: number, top: number, view: number): Span {
  const whole = count * row;
  const height = Math.min(whole, MOST_PIXELS);
  const room = Math.max(1, height - view);
  const at = whole > height ? (Math.min(top, room) / room) * (whole - view) : top;
  const first = Math.max(0, Math.floor(at / row) - OVERSCAN);
  const last = Math.min(count - 1, Math.ceil((at + view) / row) + OVERSCAN);
  return { first, last, height, offset: first * row - at + top };
}

/** How far to scroll so that a row is in view. */
export function topOf(index: number, count: number, row: number, view: number): number {
  const whole = count * row;
  if (whole <= MOST_PIXELS) return index * row;
  return ((index * row) / (whole - view)) * (MOST_PIXELS - view);
}

export function useWindow(scroller: RefObject<HTMLElement | null>, count: number, row: number) {
  const [{ top, view }, set] = useState({ top: 0, view: 600 });
  const look = useCallback(() => {
    const element = scroller.current;
    if (element) set({ top: element.scrollTop, view: element.clientHeight });
  }, [scroller]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    look();
    const watching = new ResizeObserver(look);
    watching.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      watching.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller, look]);
  return { ...spanOf(count, row, top, view), view };
}
