/** Which file of which conversation is open on the stage. */
import { touch } from "../sync/topics";

export interface Place {
  conversation: string;
  message: string;
  index: number;
  /** The message's place in its conversation. */
  position: number;
  /** What was clicked: the focus returns there. */
  from: HTMLElement | null;
}

let open: Place | null = null;

export function galleryPlace(): Place | null {
  return open;
}

export function openGallery(place: Omit<Place, "from">): void {
  open = { ...place, from: document.activeElement as HTMLElement | null };
  touch("gallery");
}

export function closeGallery(): void {
  const from = open?.from;
  open = null;
  touch("gallery");
  // After the dialog is gone: until then everything else is inert.
  requestAnimationFrame(() => requestAnimationFrame(() => from?.focus()));
}
