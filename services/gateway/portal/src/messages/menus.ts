/** Which message's menu is open, at what, and what was chosen from it. */
import type { Message } from "../contract/shapes";
import { touch } from "../sync/topics";

export interface MenuPlace {
  message: Message;
  anchor: HTMLElement;
  shown: "menu" | "delivery" | "delete";
}

let open: MenuPlace | null = null;

export function menuPlace(): MenuPlace | null {
  return open;
}

export function showFor(message: Message, anchor: HTMLElement, shown: MenuPlace["shown"]): void {
  open = { message, anchor, shown };
  touch("message-menu");
}

/** Closes what is shown: a menu that goes late does not take along what was chosen from it. */
export function closeFor(shown: MenuPlace["shown"]): void {
  if (open?.shown !== shown) return;
  open = null;
  touch("message-menu");
}
