/**
 * A window is a contiguous run of one conversation's items, kept in the server's order (`at`, `id`).
 *
 * Only a live window (its end is the conversation's end) takes new items at its end.
 */
import type { Item, Message, Page } from "../contract/shapes";
import { touch } from "./topics";

export interface Window {
  items: Item[];
  hasOlder: boolean;
  live: boolean;
  /** Loaded at least once since the last snapshot. */
  ready: boolean;
}

const MOST_WINDOWS = 12;
const MOST_RESIDENT = 2_000;
const TRIM = 500;

const windows = new Map<string, Window>();

export function windowOf(id: string): Window | undefined {
  return windows.get(id);
}

/** After a restart of the feed every window is stale: it stays on screen until it is read again. */
export function dropWindows(): void {
  for (const [id, window] of windows) {
    windows.set(id, { ...window, ready: false });
    touch(`win:${id}`);
  }
}

export function clearWindows(): void {
  windows.clear();
}

/** The newest page: it replaces what is stale and joins what is not. */
export function openWindow(id: string, page: Page): void {
  const old = windows.get(id);
  // Without a common item there may be a hole between them: then the page stands alone.
  const known = new Set(old?.ready ? old.items.map((item) => item.id) : []);
  const joins = old !== undefined && page.items.some((item) => known.has(item.id));
  put(id, {
    items: joins ? joined(old.items, page.items) : page.items.toSorted(byPlace),
    hasOlder: joins ? old.hasOlder : page.has_older,
    live: !page.has_newer || (joins && old.live),
    ready: true,
  });
}

/** Older items come, and far below what is out of sight is given back. */
export function prependPage(id: string, page: Page): void {
  const window = windows.get(id);
  if (!window) return;
  const items = joined(window.items, page.items);
  put(id, {
    ...window,
    items: items.slice(0, MOST_RESIDENT),
    hasOlder: page.has_older,
    live: window.live && items.length <= MOST_RESIDENT,
  });
}

/** Newer items come to a window that is not live, and far above is given back. */
export function appendPage(id: string, page: Page): void {
  const window = windows.get(id);
  if (!window) return;
  const items = joined(window.items, page.items);
  put(id, {
    ...window,
    items: items.slice(-MOST_RESIDENT),
    hasOlder: window.hasOlder || items.length > MOST_RESIDENT,
    live: !page.has_newer,
  });
}

export function holds(window: Window, position: number): boolean {
  return window.items.some((item) => item.type === "message" && item.position === position);
}

/** The position of a window's newest message; positions are dense, so a gap shows. */
export function newestPosition(id: string): number {
  const last = windows.get(id)?.items.findLast((item) => item.type === "message");
  return last?.type === "message" ? last.position : 0;
}

/** A frame of the feed: it is newer than anything that was read before it. */
export function applyItem(id: string, item: Item): void {
  const window = windows.get(id);
  if (!window?.live) return;
  put(id, { ...window, items: placed(window.items, item) });
}

/** An answer to a request: it may be older than what the feed has told since. */
export function mergeItem(id: string, item: Item): void {
  const window = windows.get(id);
  if (!window?.live) return;
  const known = window.items.find((other) => other.id === item.id);
  applyItem(id, known ? newer(known, item) : item);
}

export function removeItem(id: string, item: string): void {
  const window = windows.get(id);
  if (window?.items.some((one) => one.id === item))
    put(id, { ...window, items: window.items.filter((one) => one.id !== item) });
}

/** What was said here is gone for me; what is left is read again. */
export function clearWindow(id: string): void {
  if (windows.delete(id)) touch(`win:${id}`);
}

function put(id: string, window: Window): void {
  windows.delete(id);
  windows.set(id, window);
  const oldest = windows.size > MOST_WINDOWS ? windows.keys().next().value : undefined;
  if (oldest !== undefined) windows.delete(oldest);
  touch(`win:${id}`);
}

/** Called when scrolling rests at the live end: the far side is given back. */
export function trimWindow(id: string): void {
  const window = windows.get(id);
  if (!window || window.items.length <= MOST_RESIDENT) return;
  put(id, { ...window, items: window.items.slice(TRIM), hasOlder: true });
}

function joined(known: Item[], page: Item[]): Item[] {
  const [first, last, begin, end] = [known[0], known.at(-1), page[0], page.at(-1)];
  // Pages beside each other need no sorting.
  if (first && end && byPlace(end, first) < 0) return [...page, ...known];
  if (last && begin && byPlace(last, begin) < 0) return [...known, ...page];
  const all = new Map(known.map((item) => [item.id, item]));
  for (const item of page) {
    const other = all.get(item.id);
    all.set(item.id, other ? newer(other, item) : item);
  }
  return [...all.values()].sort(byPlace);
}

function placed(items: Item[], item: Item): Item[] {
  const at = items.findIndex((other) => other.id === item.id);
  if (at >= 0) return items.with(at, item).sort(byPlace);
  const last = items.at(-1);
  if (!last || byPlace(last, item) < 0) return [...items, item];
  return [...items, item].sort(byPlace);
}

function position(item: Item): number {
  return item.type === "message" ? item.position : Number.MAX_SAFE_INTEGER;
}

export function byPlace(a: Item, b: Item): number {
  const apart = Date.parse(a.at) - Date.parse(b.at);
  if (apart !== 0) return apart;
  // at one time: messages by position (an answer never before its cause), then pills
  const [mine, other] = [position(a), position(b)];
  if (mine !== other) return mine - other;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

const STEPS: Record<Message["state"], number> = {
  received: 0,
  queued: 0,
  unknown: 1,
  sent: 1,
  undelivered: 2,
  failed: 2,
  delivered: 3,
};

function newer(known: Item, item: Item): Item {
  if (known.type === "pill" || item.type === "pill") return item;
  if (known.attempt !== item.attempt) return known.attempt > item.attempt ? known : item;
  if (STEPS[known.state] > STEPS[item.state]) return known;
  return settled(known) > settled(item) ? { ...item, files: known.files } : item;
}

function settled(message: Message): number {
  return message.files.filter((file) => file.state !== "pending").length;
}
