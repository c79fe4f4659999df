// OPS-1, OPS-3: which rows of a long table are in view, and how keys walk over a tree of causes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Node } from "../src/operator/events/api";
import { filterOf, searchOf } from "../src/operator/events/api";
import { place, stepOf } from "../src/operator/events/tree";
import { spanOf, topOf } from "../src/operator/events/window";

const VIEW = 600;
const ROW = 36;

describe("a table of a million facts", () => {
  it("holds few rows, the first at the top and the last at the end", () => {
    const at = (top: number) => spanOf(1_000_000, ROW, top, VIEW);
    const { height } = at(0);
    expect(at(0).first).toBe(0);
    expect(at(height - VIEW).last).toBe(999_999);
    for (const top of [0, height / 3, height - VIEW]) {
      expect(at(top).last - at(top).first).toBeLessThan(60);
    }
  });

  it("draws its rows where the reader is, wherever that is", () => {
    const some = fc.record({
      count: fc.integer({ min: 1, max: 5_000_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(some, ({ count, share }) => {
        const height = spanOf(count, ROW, 0, VIEW).height;
        const top = share * Math.max(0, height - VIEW);
        const span = spanOf(count, ROW, top, VIEW);
        // the rows cover all that is in view
        expect(span.offset).toBeLessThanOrEqual(top + 1e-6);
        const end = span.offset + (span.last - span.first + 1) * ROW;
        expect(end).toBeGreaterThanOrEqual(Math.min(top + VIEW, height) - 1e-3);
        expect(span.first).toBeGreaterThanOrEqual(0);
        expect(span.last).toBeLessThan(count);
      }),
    );
  });

  it("scrolls to any row by its number", () => {
    for (const index of [0, 1_234, 654_321]) {
      const span = spanOf(1_000_000, ROW, topOf(index, 1_000_000, ROW, VIEW), VIEW);
      expect(span.first).toBeLessThanOrEqual(index);
      expect(span.last).toBeGreaterThanOrEqual(index);
    }
  });
});

describe("what is looked for", () => {
  it("is the address, both ways", () => {
    const filter = { type: "queue.", subject: "a|b", actor: "Ana Ñ", from: undefined };
    expect(filterOf(searchOf(filter))).toMatchObject({ ...filter, to: undefined });
    expect(searchOf({})).toBe("");
  });
});

describe("a tree of causes", () => {
  const node = (position: number, parent: number | null) => ({ position, parent }) as Node;
  // 1 ─ 2 ─ 3, 4 below 1
  const placed = place([node(1, null), node(2, 1), node(3, 2), node(4, 1)]);

  it("knows what everything hangs below", () => {
    expect(placed.map(({ above }) => above)).toEqual([[], [1], [1, 2], [1]]);
    expect(placed.map(({ parent }) => parent)).toEqual([true, true, false, false]);
  });

  it("is walked by keys as trees are", () => {
    const step = (key: string, at: number, isShut = false) => stepOf(key, placed, at, isShut);
    expect(step("ArrowDown", 0)).toEqual({ to: 2 });
    expect(step("ArrowUp", 0)).toBeNull();
    expect(step("ArrowRight", 1)).toEqual({ to: 3 });
    expect(step("ArrowRight", 1, true)).toEqual({ fold: 2, shut: false });
    expect(step("ArrowLeft", 1)).toEqual({ fold: 2, shut: true });
    expect(step("ArrowLeft", 1, true)).toEqual({ to: 1 });
    expect(step("ArrowLeft", 2)).toEqual({ to: 2 });
    expect(step("ArrowRight", 2)).toBeNull();
    expect(step("Home", 3)).toEqual({ to: 1 });
    expect(step("End", 0)).toEqual({ to: 4 });
    expect(step("Enter", 2)).toEqual({ open: 3 });
    expect(step("x", 2)).toBeNull();
  });
});
