/** `menu "More actions"`: what is rarely done with a conversation, and never by accident. */
import { Bell, BellOff, Trash2 } from "lucide-react";
import type { Conversation } from "../contract/shapes";
import { MenuBox, type MenuEntry } from "../kit/Menu";
import type { ThreadMenuShown } from "../messages/ThreadMore";
import { strings } from "../strings";
import { changeConversation } from "../sync/store";
import { sorry } from "../sync/toasts";
import { mute, unmute } from "./api";
import { DeleteChatDialog } from "./DeleteChatDialog";
import { words } from "./words";

interface ThreadMenuProps {
  conversation: Conversation;
  anchor: HTMLElement;
  /** The menu, or what was chosen from it. */
  shown: ThreadMenuShown;
  show: (shown: ThreadMenuShown) => void;
  close: (shown: ThreadMenuShown) => void;
}

export default function ThreadMenu({ conversation, anchor, shown, show, close }: ThreadMenuProps) {
  if (shown === "delete") {
    const done = () => {
      close("delete");
      requestAnimationFrame(() => anchor.focus());
    };
    return <DeleteChatDialog conversation={conversation} close={done} />;
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
      label: words.deleteChat,
      icon: <Trash2 size={17} aria-hidden />,
      rule: true,
      run: () => show("delete"),
    });
  return (
    <MenuBox
      label={strings.moreActions}
      entries={entries}
      anchor={anchor}
      close={() => close("menu")}
    />
  );
}

async function turn({ id, muted }: Conversation): Promise<void> {
  changeConversation(id, { muted: !muted });
  try {
    await (muted ? unmute(id) : mute(id));
  } catch (error) {
    changeConversation(id, { muted });
    sorry(error);
  }
}
