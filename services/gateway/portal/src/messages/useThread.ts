/** What a thread needs wherever it is shown: its messages are read, and what is seen counts as read. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { loadConversation, loadWindow, markRead, refreshWindow } from "../sync/reading";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { newestPosition, windowOf } from "../sync/windows";

interface Looking {
  /** The position of the message that the address names. */
  at: number | null;
  /** Whether somebody looks at it now. */
  looked: () => boolean;
}

export function useThread(id: string, { at, looked }: Looking) {
  useTopic(`conv:${id}`);
  useTopic(`win:${id}`);
  const atEnd = useRef(true);
  const conversation = world.conversations.get(id);
  const window_ = windowOf(id);
  const ready = window_?.ready ?? false;
  const [newFrom, setNewFrom] = useState<string | null>(null);
  const missing = conversation === undefined;
  useEffect(() => {
    if (missing) void loadConversation(id);
  }, [missing, id]);
  const around = at ?? (conversation ? beginningOf(conversation) : null);
  const load = useCallback(() => void loadWindow(id, ready ? at : around), [id, ready, at, around]);
  useEffect(load, [load]);
  useCatchingUp(id, ready, conversation);
  const shown = useRef(false);
  if (ready && conversation && !shown.current) {
    shown.current = true;
    if (conversation.unread > 0) setNewFrom(firstUnread(conversation));
  }
  const looking = useRef(looked);
  looking.current = looked;
  const read = useCallback(
    (end: boolean) => {
      atEnd.current = end;
      const now = world.conversations.get(id);
      if (now && end && looking.current()) markRead(now);
    },
    [id],
  );
  const unread = conversation ? conversation.unread : 0;
  const entered = useRef(false);
  useEffect(() => {
    if (!ready || missing || (entered.current && unread === 0)) return;
    const end = atEnd.current;
    // Whoever opens it has read it, wherever it opens; what comes later is read at its end.
    read(end || !entered.current);
    entered.current = true;
    atEnd.current = end;
  }, [ready, missing, unread, read]);
  const look = useCallback(() => read(atEnd.current), [read]);
  useEffect(() => {
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [look]);
  return { conversation, window_, newFrom, read, look, load };
}

/** A queue's items go to who may see them at that moment; what was missed meanwhile is read again. */
function useCatchingUp(id: string, ready: boolean, conversation: Conversation | undefined): void {
  const holder = conversation?.queue
    ? `${conversation.queue.state} ${conversation.queue.epoch} ${world.waiting.has(id)}`
    : null;
  // A window that is not live ends before the conversation does, and is meant to.
  const live = ready && windowOf(id)?.live === true;
  const behind = live && (conversation?.last_position ?? 0) > newestPosition(id);
  const first = useRef(true);
  useEffect(() => {
    const passed = holder !== null && !(first.current && !ready);
    first.current = false;
    if (!behind && !(passed && live)) return undefined;
    // The item itself may be the next frame: ask only for what does not come.
    const timer = setTimeout(() => void refreshWindow(id), CATCH_UP_MS);
    return () => clearTimeout(timer);
  }, [id, ready, live, behind, holder]);
}

const CATCH_UP_MS = 400;
/** Fewer stand on the newest page. */
const MANY_UNREAD = 40;

/** With much unread a thread opens where reading goes on, not at its end. */
function beginningOf({ unread, read_position }: Conversation): number | null {
  return unread > MANY_UNREAD ? read_position + 1 : null;
}

function firstUnread({ id, kind, read_position }: Conversation): string | null {
  const items = windowOf(id)?.items ?? [];
  const first = items.find(
    (item) =>
      item.type === "message" &&
      item.position > read_position &&
      (kind === "sms" ? item.direction === "in" : item.author?.id !== world.me?.id),
  );
  return first?.id ?? null;
}
