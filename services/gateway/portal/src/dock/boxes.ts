/** Which chat boxes stand at the foot of the pages beside Messages; the newest is the last. */
import { wantFocus } from "../messages/claiming";
import { touch } from "../sync/topics";

export interface Box {
  /** Its conversation, or NEW. */
  id: string;
  minimized: boolean;
}

/** The box in which somebody says to whom they want to write. */
export const NEW = "new";
/** Nobody keeps an eye on more; the oldest gives way. */
const MOST = 12;

let open: readonly Box[] = [];

export function boxes(): readonly Box[] {
  return open;
}

export function isBoxOpen(id: string): boolean {
  return open.some((box) => box.id === id && !box.minimized);
}

function put(next: readonly Box[]): void {
  open = next.slice(-MOST);
  touch("dock");
}

/** In front, and ready to be written in. */
export function openBox(id: string): void {
  wantFocus(id);
  put([...open.filter((box) => box.id !== id), { id, minimized: false }]);
}

export function closeBox(id: string): void {
  put(open.filter((box) => box.id !== id));
}

export function minimizeBox(id: string, minimized: boolean): void {
  if (!minimized) wantFocus(id);
  put(open.map((box) => (box.id === id ? { id, minimized } : box)));
}

/** A new box becomes that of the conversation that was started in it. */
export function fillBox(id: string): void {
  wantFocus(id);
  const rest = open.filter((box) => box.id !== id);
  put(rest.map((box) => (box.id === NEW ? { id, minimized: false } : box)));
}
