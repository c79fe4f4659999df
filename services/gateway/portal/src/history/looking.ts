/** Pages that are turned over one after the other, and looked at again when the world moves. */
import { useCallback, useEffect, useRef, useState } from "react";

/** A page may be short of matches and not the last; so many are asked for before somebody must ask. */
const MOST_EMPTY = 5;

interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Looked<T> {
  items: T[] | null;
  next: string | null;
  busy: boolean;
  failed: boolean;
  again: () => void;
  more: () => void;
}

/** `ask` must be the same function while the question is the same; `null` asks nothing. */
export function usePages<T>(ask: ((before: string | null) => Promise<Page<T>>) | null): Looked<T> {
  const [found, setFound] = useState<Page<T> | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const newest = useRef(0);
  const turn = useCallback(
    async (known: T[], before: string | null) => {
      newest.current += 1;
      const mine = newest.current;
      if (ask === null) return setFound(null);
      setBusy(true);
      try {
        const page = await turned(ask, before);
        if (mine !== newest.current) return;
        setFound({ items: [...known, ...page.items], next: page.next });
        setFailed(false);
      } catch {
        if (mine === newest.current) setFailed(true);
      }
      if (mine === newest.current) setBusy(false);
    },
    [ask],
  );
  const again = useCallback(() => void turn([], null), [turn]);
  useEffect(() => {
    again();
    return () => {
      newest.current += 1;
    };
  }, [again]);
  const more = () => void turn(found?.items ?? [], found?.next ?? null);
  return { items: found?.items ?? null, next: found?.next ?? null, busy, failed, again, more };
}

async function turned<T>(
  ask: (before: string | null) => Promise<Page<T>>,
  before: string | null,
): Promise<Page<T>> {
  let page = await ask(before);
  for (let n = 1; n < MOST_EMPTY && page.items.length === 0 && page.next !== null; n += 1)
    page = await ask(page.next);
  return page;
}

/** What somebody types, once they pause. */
export function useSettled(typed: string, ms: number): string {
  const [settled, settle] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => settle(typed), ms);
    return () => clearTimeout(timer);
  }, [typed, ms]);
  return settled;
}
