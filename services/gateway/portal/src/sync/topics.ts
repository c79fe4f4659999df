/** Named topics and their listeners: one change wakes the one row that shows it, once a frame. */
import { useSyncExternalStore } from "react";

const listeners = new Map<string, Set<() => void>>();
const versions = new Map<string, number>();
let changed = new Set<string>();
let scheduled = false;

export function touch(...topics: string[]): void {
  for (const topic of topics) {
    versions.set(topic, (versions.get(topic) ?? 0) + 1);
    changed.add(topic);
  }
  if (scheduled) return;
  scheduled = true;
  // A hidden page paints no frames, but its title and its alerts go on.
  if (typeof document === "undefined" || document.hidden) setTimeout(flush, 0);
  else requestAnimationFrame(flush);
}

/** Tell the listeners at once; for what a person did with their own hands. */
export function flush(): void {
  scheduled = false;
  const topics = changed;
  changed = new Set();
  const woken = new Set<() => void>();
  for (const topic of topics)
    for (const listener of listeners.get(topic) ?? []) woken.add(listener);
  for (const listener of woken) listener();
}

export function subscribe(topic: string, listener: () => void): () => void {
  const group = listeners.get(topic) ?? new Set();
  listeners.set(topic, group.add(listener));
  return () => {
    group.delete(listener);
    if (group.size === 0 && listeners.get(topic) === group) listeners.delete(topic);
  };
}

/** Re-render when the topic changes; returns its version, which is a fit dependency for memos. */
export function useTopic(topic: string): number {
  return useSyncExternalStore(
    (listener) => subscribe(topic, listener),
    () => versions.get(topic) ?? 0,
  );
}
