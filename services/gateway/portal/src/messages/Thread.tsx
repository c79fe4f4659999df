/** `main "Conversation with C"`: header, feed, composer, and what is read by opening it. */
import { DoorClosed } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { Empty, Failed, Skeleton } from "../kit/bits";
import { strings } from "../strings";
import {
  loadConversation,
  loadWindow,
  markRead,
  opened,
  refreshWindow,
  troubles,
} from "../sync/reading";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { newestPosition, windowOf } from "../sync/windows";
import { attachTo } from "./attaching";
import { Composer } from "./Composer";
import { useDropping } from "./dropping";
import { MessageFeed } from "./MessageFeed";
import css from "./messages.module.css";
import { ThreadFoot, writable } from "./ThreadFoot";
import { ThreadHeader } from "./ThreadHeader";

const TypingLine = lazy(() => import("../live/TypingLine"));

interface ThreadProps {
  id: string;
  queueId: string | null;
  narrow: boolean;
}

export function Thread({ id, queueId, narrow }: ThreadProps) {
  useTopic(`conv:${id}`);
  useTopic(`win:${id}`);
  const [, go] = useLocation();
  const atEnd = useRef(true);
  const conversation = world.conversations.get(id);
  const window_ = windowOf(id);
  const ready = window_?.ready ?? false;
  const [newFrom, setNewFrom] = useState<string | null>(null);
  useEffect(() => {
    opened(id);
    return () => opened(null);
  }, [id]);
  const missing = conversation === undefined;
  useEffect(() => {
    if (missing) void loadConversation(id);
  }, [missing, id]);
  const at = Number(new URLSearchParams(useSearch()).get("at")) || null;
  const around = at ?? (conversation ? beginningOf(conversation) : null);
  useEffect(() => {
    void loadWindow(id, ready ? at : around);
  }, [ready, id, at, around]);
  useCatchingUp(id, ready, conversation);
  const shown = useRef(false);
  if (ready && conversation && !shown.current) {
    shown.current = true;
    if (conversation.unread > 0) setNewFrom(firstUnread(conversation));
  }
  const read = useCallback(
    (end: boolean) => {
      atEnd.current = end;
      const now = world.conversations.get(id);
      if (now && end && document.hasFocus()) markRead(now);
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
  useEffect(() => {
    const focus = () => read(atEnd.current);
    window.addEventListener("focus", focus);
    return () => window.removeEventListener("focus", focus);
  }, [read]);
  // Claimed while it was previewed: from now on it lives at its own address.
  const mine = conversation?.queue?.mine ?? false;
  useEffect(() => {
    if (queueId && mine) go(pathTo.conversation(id), { replace: true });
  }, [queueId, mine, id, go]);
  const canWrite = conversation !== undefined && writable(conversation);
  const drop = useDropping(
    canWrite && conversation ? (files) => attachTo(conversation, files) : null,
  );
  if (!conversation && troubles.has(`conv:${id}`)) return <Gone />;
  if (!conversation) return <main className={css.thread} id="conversation" aria-busy="true" />;
  return (
    <main
      className={css.thread}
      id="conversation"
      tabIndex={-1}
      aria-label={strings.conversationWith(conversation.name)}
      data-conv-id={id}
      {...drop.handlers}
    >
      {drop.over && <div className={css.drop}>{strings.dropHere}</div>}
      <ThreadHeader conversation={conversation} narrow={narrow} />
      {troubles.has(`win:${id}`) && !window_ ? (
        <Failed text={strings.couldNotLoad} again={() => void loadWindow(id, around)} />
      ) : window_ ? (
        <MessageFeed conversation={conversation} newFrom={newFrom} at={at} onEnd={read} />
      ) : (
        <Skeleton rows={6} />
      )}
      {conversation.kind !== "sms" && (
        <Suspense fallback={<div className={css.typing} />}>
          <TypingLine id={id} />
        </Suspense>
      )}
      <ThreadFoot conversation={conversation}>
        <Composer key={id} conversation={conversation} />
      </ThreadFoot>
    </main>
  );
}

/** A queue's items go to who may see them at that moment; what was missed meanwhile is read again. */
function useCatchingUp(id: string, ready: boolean, conversation: Conversation | undefined): void {
  const holder = conversation?.queue
    ? `${conversation.queue.state} ${conversation.queue.epoch}`
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

function Gone() {
  return (
    <main className={css.thread} id="conversation">
      <Empty
        icon={<DoorClosed size={28} aria-hidden />}
        title={strings.gone}
        text={strings.goneText}
      />
    </main>
  );
}
