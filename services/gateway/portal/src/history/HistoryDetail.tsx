/** One conversation to look back on: what was said, whose it is, and the way to answer. */
import { ArrowLeft, MessageSquareReply, Settings2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { converse } from "../dock/starting";
import { Button, IconButton } from "../kit/Button";
import { Empty, Failed, Skeleton, TagMark } from "../kit/bits";
import { MessageFeed } from "../messages/MessageFeed";
import { Overlays } from "../messages/Overlays";
import type { ThreadMenuShown } from "../messages/ThreadMore";
import { strings } from "../strings";
import { loadConversation, loadWindow, markRead, troubles } from "../sync/reading";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { windowOf } from "../sync/windows";
import { ContactInformation } from "./ContactInformation";
import css from "./history.module.css";
import { words } from "./words";

const ThreadMenu = lazy(() => import("../deleting/ThreadMenu"));
const CallActions = lazy(() => import("../calls/CallActions"));

const quietly = () => {};

export function HistoryDetail({ id, at }: { id: string; at: number | null }) {
  useTopic(`conv:${id}`);
  useTopic(`win:${id}`);
  const conversation = world.conversations.get(id);
  const window_ = windowOf(id);
  const ready = window_?.ready ?? false;
  useEffect(() => {
    if (!world.conversations.has(id)) void loadConversation(id);
    void loadWindow(id, at);
  }, [id, at]);
  // Whoever looks at its end has read it; a search leads somewhere else.
  const seen = conversation && ready && at === null;
  useEffect(() => {
    const now = world.conversations.get(id);
    if (seen && now && (now.queue === null || now.queue.mine)) markRead(now);
  }, [id, seen]);
  if (!conversation)
    return (
      <main className={css.detail} id="conversation">
        <Head title="" />
        {troubles.has(`conv:${id}`) ? (
          <Empty title={strings.gone} text={strings.goneText} />
        ) : (
          <Skeleton rows={6} />
        )}
      </main>
    );
  return (
    <main
      className={css.detail}
      id="conversation"
      aria-label={strings.conversationWith(conversation.name)}
      data-conv-id={id}
    >
      <Head title={conversation.name}>
        <TagMark tag={conversation.tag} />
        <Tools conversation={conversation} />
      </Head>
      <div className={css.sides}>
        {troubles.has(`win:${id}`) && !window_ ? (
          <Failed text={strings.couldNotLoad} again={() => void loadWindow(id, at)} />
        ) : window_ ? (
          <MessageFeed conversation={conversation} newFrom={null} at={at} onEnd={quietly} />
        ) : (
          <Skeleton rows={6} />
        )}
        <ContactInformation conversation={conversation} />
      </div>
      <Overlays />
    </main>
  );
}

function Head({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [, go] = useLocation();
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <header className={css.head}>
      <a
        className={css.back}
        href={pathTo.page("history")}
        onClick={(event) => {
          event.preventDefault();
          go(pathTo.page("history"));
        }}
      >
        <ArrowLeft size={17} aria-hidden />
        {words.viewAll}
      </a>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </header>
  );
}

function Tools({ conversation }: { conversation: Conversation }) {
  const [, go] = useLocation();
  const [open, setOpen] = useState<{ anchor: HTMLElement; shown: ThreadMenuShown } | null>(null);
  return (
    <span className={css.tools}>
      <Suspense fallback={null}>
        <CallActions conversation={conversation} />
      </Suspense>
      <IconButton
        label={words.settings}
        opens="menu"
        onClick={(anchor) => setOpen({ anchor, shown: "menu" })}
      >
        <Settings2 size={18} aria-hidden />
      </IconButton>
      <Button kind="primary" onClick={() => converse(conversation.id)}>
        <MessageSquareReply size={17} aria-hidden />
        {words.reply}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <ThreadMenu
            conversation={conversation}
            {...open}
            label={words.settings}
            remove={words.removeConversation}
            gone={() => go(pathTo.page("history"))}
            show={(shown) => setOpen({ ...open, shown })}
            close={(shown) => setOpen((now) => (now?.shown === shown ? null : now))}
          />
        </Suspense>
      )}
    </span>
  );
}
