/** `menu "More actions"`: what is rarely done with a conversation, and never by accident. */
import { Bell, BellOff, Trash2 } from "lucide-react";
import type { Conversation } from "../contract/shapes";
import { MenuBox, type MenuEntry } from "../kit/Menu";
import type { ThreadMenuShown } from "../messages/ThreadMore";
import { strings } from "../strings";
import { DeleteChatDialog } from "./DeleteChatDialog";
import { turn } from "./turning";
import { words } from "./words";

interface ThreadMenuProps {
  conversation: Conversation;
  anchor: HTMLElement;
  /** The menu, or what was chosen from it. */
  shown: ThreadMenuShown;
  show: (shown: ThreadMenuShown) => void;
  close: (shown: ThreadMenuShown) => void;
  /** Other names where it stands in a chat box, and what follows a deletion there. */
  label?: string;
  remove?: string;
  gone?: () => void;
}

export default function ThreadMenu(props: ThreadMenuProps) {
  const { conversation, anchor, shown, show, close, gone } = props;
  const { label = strings.moreActions, remove = words.deleteChat } = props;
  if (shown === "delete") {
    const done = () => {
      close("delete");
      requestAnimationFrame(() => anchor.focus());
    };
    return <DeleteChatDialog conversation={conversation} close={done} gone={gone} />;
  }
  const { muted, queue } = conversation;
  const Icon = muted ? Bell : BellOff;
  const entries: MenuEntry[] = [
    {
      label: muted ? words.turnOn : words.turnOff,
      icon: <Icon size={17} aria-hidden />,
      run: () => void turn(conversation),
    },
  ];
  // What a queue's customer wrote is kept for whoever answers next.
  if (queue === null)
    entries.push({
      label: remove,
      icon: <Trash2 size={17} aria-hidden />,
      rule: true,
      run: () => show("delete"),
    });
  return <MenuBox label={label} entries={entries} anchor={anchor} close={() => close("menu")} />;
}
