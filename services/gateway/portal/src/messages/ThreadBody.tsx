/** What was said, who is typing, and where one answers: the same in a thread and in a chat box. */
import { lazy, Suspense } from "react";
import type { Conversation } from "../contract/shapes";
import { Failed, Skeleton } from "../kit/bits";
import { strings } from "../strings";
import { troubles } from "../sync/reading";
import { Composer } from "./Composer";
import { MessageFeed } from "./MessageFeed";
import css from "./messages.module.css";
import { ThreadFoot } from "./ThreadFoot";
import type { useThread } from "./useThread";

const TypingLine = lazy(() => import("../live/TypingLine"));

interface BodyProps {
  conversation: Conversation;
  thread: ReturnType<typeof useThread>;
  at: number | null;
  /** Stands beside what somebody works at: the field waits to be chosen. */
  aside?: boolean;
}

export function ThreadBody({ conversation, thread, at, aside }: BodyProps) {
  const { id } = conversation;
  const { window_, newFrom, read, load } = thread;
  return (
    <>
      {troubles.has(`win:${id}`) && !window_ ? (
        <Failed text={strings.couldNotLoad} again={load} />
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
        <Composer key={id} conversation={conversation} aside={aside} />
      </ThreadFoot>
    </>
  );
}
