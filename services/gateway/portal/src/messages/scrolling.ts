/** Where a thread opens, where it goes on, and how one comes to its end. */
import type { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { clock } from "../sync/clock";
import { loadLatest, loadNewer, loadOlder } from "../sync/reading";
import type { Window } from "../sync/windows";
import { keepPlace, type Place, placeIn } from "./places";
import type { Row } from "./rows";

export type Virtual = ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>;

const NEAR_EDGE = 25;
const MARKED_MS = 2_000;
/** Room above the line "New messages", for what was read before. */
export const LEAD = 56;

/** Pages come before they are seen. */
export function usePages(id: string, window: Window | undefined, virtual: Virtual, rows: Row[]) {
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  const hasOlder = window?.hasOlder ?? false;
  const hasNewer = window?.live === false;
  useEffect(() => {
    if (hasOlder && first < NEAR_EDGE) void loadOlder(id);
  }, [hasOlder, first, id]);
  useEffect(() => {
    if (hasNewer && last >= rows.length - NEAR_EDGE) void loadNewer(id);
  }, [hasNewer, last, rows.length, id]);
}

/** The reader's place, kept when they go; what they left before, for the virtualiser's beginning. */
export function usePlace(id: string, virtual: { current: Virtual | null }, stays: boolean) {
  const [place] = useState<Place | undefined>(() => placeIn(id));
  const staying = useRef(stays);
  staying.current = stays;
  useLayoutEffect(
    () => () => {
      const from = virtual.current;
      if (!from || !staying.current) return keepPlace(id, null);
      const first = String(from.options.getItemKey(0));
      keepPlace(id, { first, offset: from.scrollOffset ?? 0, sizes: from.takeSnapshot() });
    },
    [id, virtual],
  );
  return place;
}

interface Goal {
  rows: Row[];
  at: number | null;
  newFrom: string | null;
  place: Place | undefined;
}

/** Once, before the first paint; and again for each address that names a message. */
export function useOpening(virtual: Virtual, { rows, at, newFrom, place }: Goal): string | null {
  const opened = useRef(false);
  const reached = useRef<number | null>(null);
  const [marked, mark] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (rows.length === 0) return;
    const goal = at === null || at === reached.current ? -1 : indexAt(rows, at);
    if (goal >= 0) {
      reached.current = at;
      virtual.scrollToIndex(goal, { align: "center" });
      mark(rows[goal]?.key ?? null);
    } else if (!opened.current) open(virtual, rows, newFrom, place);
    opened.current = true;
  }, [virtual, rows, at, newFrom, place]);
  useEffect(() => (marked ? clock.after(MARKED_MS, () => mark(null)) : undefined), [marked]);
  return marked;
}

function open(virtual: Virtual, rows: Row[], newFrom: string | null, place: Place | undefined) {
  const news = newFrom === null ? -1 : rows.findIndex((row) => row.item?.id === newFrom);
  if (news >= 0) virtual.scrollToIndex(news, { align: "start" });
  else if (place && rows[0]?.key === place.first) virtual.scrollToOffset(place.offset);
  else virtual.scrollToEnd();
}

function indexAt(rows: Row[], position: number): number {
  return rows.findIndex(({ item }) => item?.type === "message" && item.position === position);
}

/** To the conversation's end, which may have to be read first; and there at once with what one says. */
export function useToEnd(id: string, live: boolean, virtual: Virtual, unsent: number): () => void {
  const going = useRef(false);
  const said = useRef(unsent);
  const toEnd = () => {
    if (live) return virtual.scrollToEnd();
    going.current = true;
    void loadLatest(id);
  };
  useLayoutEffect(() => {
    const more = unsent > said.current;
    said.current = unsent;
    if (more) toEnd();
    if (!live || !going.current) return;
    going.current = false;
    virtual.scrollToEnd();
  });
  return toEnd;
}
