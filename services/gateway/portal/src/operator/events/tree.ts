/** How one walks over a tree of causes by keys (APG tree view), without a page. */
import type { Node } from "./api";

export interface Placed {
  node: Node;
  /** Positions of all that it hangs below, the top first. */
  above: number[];
  /** Something hangs below it. */
  parent: boolean;
}

/** Nodes come depth first, so whatever one hangs below stands before it. */
export function place(nodes: Node[]): Placed[] {
  const above = new Map<number, number[]>();
  const parents = new Set(nodes.map((node) => node.parent));
  return nodes.map((node) => {
    const mine = node.parent === null ? [] : [...(above.get(node.parent) ?? []), node.parent];
    above.set(node.position, mine);
    return { node, above: mine, parent: parents.has(node.position) };
  });
}

export type Step = { to: number } | { fold: number; shut: boolean } | { open: number } | null;

/** What a key does at a row of what is shown; null where it does nothing. */
export function stepOf(key: string, shown: Placed[], at: number, isShut: boolean): Step {
  const here = shown[at];
  if (!here) return null;
  const { node, parent } = here;
  switch (key) {
    case "ArrowDown":
      return toRow(shown, at + 1);
    case "ArrowUp":
      return toRow(shown, at - 1);
    case "Home":
      return toRow(shown, 0);
    case "End":
      return toRow(shown, shown.length - 1);
    case "ArrowRight":
      if (isShut) return { fold: node.position, shut: false };
      return parent ? toRow(shown, at + 1) : null;
    case "ArrowLeft":
      if (parent && !isShut) return { fold: node.position, shut: true };
      return node.parent === null ? null : { to: node.parent };
    case "Enter":
      return { open: node.position };
    default:
      return null;
  }
}

function toRow(shown: Placed[], at: number): Step {
  const row = shown[at];
  return row ? { to: row.node.position } : null;
}
