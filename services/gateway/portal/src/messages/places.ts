/** Where a reader left a thread, to come back to the very line; for as long as its window is kept. */
import type { VirtualItem } from "@tanstack/react-virtual";

export interface Place {
  /** The window's first row: another one, and the offset says nothing any more. */
  first: string;
  offset: number;
  /** The heights of the rows as they were measured. */
  sizes: VirtualItem[];
}

/** As many as windows are kept. */
const MOST = 12;
const places = new Map<string, Place>();

export function placeIn(conversation: string): Place | undefined {
  return places.get(conversation);
}

/** `null`: at its end, where it opens anyway. */
export function keepPlace(conversation: string, place: Place | null): void {
  places.delete(conversation);
  if (place) places.set(conversation, place);
  const oldest = places.size > MOST ? places.keys().next().value : undefined;
  if (oldest !== undefined) places.delete(oldest);
}
