/** `menu "Message actions"`: what may be done with one message, and what was chosen. */
import { ClipboardCopy, Trash2, Truck } from "lucide-react";
import type { Message } from "../contract/shapes";
import { DeleteMessageDialog } from "../deleting/DeleteMessageDialog";
import { words as deleting } from "../deleting/words";
import { MenuBox, type MenuEntry } from "../kit/Menu";
import { closeFor, type MenuPlace, showFor } from "../messages/menus";
import { strings } from "../strings";
import { notice } from "../sync/toasts";
import { DeliveryDialog } from "./DeliveryDialog";
import { words } from "./words";

export default function MessageMenu({ place: { message, anchor, shown } }: { place: MenuPlace }) {
  if (shown === "delivery") {
    const close = () => {
      closeFor("delivery");
      requestAnimationFrame(() => anchor.focus());
    };
    return <DeliveryDialog message={message} close={close} />;
  }
  if (shown === "delete") {
    const close = () => {
      closeFor("delete");
      // Its bubble goes with it, and then its menu does too.
      requestAnimationFrame(() => anchor.isConnected && anchor.focus());
    };
    return <DeleteMessageDialog message={message} close={close} />;
  }
  return (
    <MenuBox
      key={message.id}
      label={strings.messageActions}
      entries={entriesOf(message, anchor)}
      anchor={anchor}
      close={() => closeFor("menu")}
    />
  );
}

function entriesOf(message: Message, anchor: HTMLElement): MenuEntry[] {
  const entries: MenuEntry[] = [];
  if (message.text) {
    const icon = <ClipboardCopy size={17} aria-hidden />;
    entries.push({ label: words.copy, icon, run: () => void copy(message.text) });
  }
  // Only what went out as a text has a way to tell of.
  if (message.direction === "out" && message.via === "sms") {
    const icon = <Truck size={17} aria-hidden />;
    const run = () => showFor(message, anchor, "delivery");
    entries.push({ label: words.title, icon, run });
  }
  entries.push({
    label: deleting.remove,
    icon: <Trash2 size={17} aria-hidden />,
    rule: true,
    run: () => showFor(message, anchor, "delete"),
  });
  return entries;
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notice({ kind: "status", text: words.copied });
  } catch {
    notice({ kind: "alert", text: strings.didNotWork });
  }
}
