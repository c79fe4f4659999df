/** At sign-in: what came while nobody was here, and the way to it. */
import type { Bootstrap } from "../contract/shapes";
import { notice } from "../sync/toasts";
import { words } from "./words";

export function tellMissed({ missed, missed_in }: Bootstrap["unread"]): void {
  if (missed === 0) return;
  notice({
    kind: "status",
    text: words.missed(missed, missed_in),
    action: { label: words.show, href: "/messages?filter=unread" },
  });
}
