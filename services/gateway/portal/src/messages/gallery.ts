/** Which file of which conversation is open on the stage. */
import { touch } from "../sync/topics";

export interface Place {
  conversation: string;
  message: string;
  index: number;
}

let open: Place | null = null;

export function galleryPlace(): Place | null {
  return open;
}

export function openGallery(conversation: string, message: string, index: number): void {
  open = { conversation, message, index };
  touch("gallery");
}

export function closeGallery(): void {
  open = null;
  touch("gallery");
}
