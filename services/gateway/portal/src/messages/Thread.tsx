/** `main "Conversation with C"`: header, feed, composer, and what is read by opening it. */
import { DoorClosed } from "lucide-react";
import { useEffect } from "react";
import { useLocation, useSearch } from "wouter";
import { pathTo } from "../app/routes";
import { Empty } from "../kit/bits";
import { strings } from "../strings";
import { left, opened, troubles } from "../sync/reading";
import { attachTo } from "./attaching";
import { useDropping } from "./dropping";
import css from "./messages.module.css";
import { ThreadBody } from "./ThreadBody";
import { writable } from "./ThreadFoot";
import { ThreadHeader } from "./ThreadHeader";
import { useThread } from "./useThread";

interface ThreadProps {
  id: string;
  queueId: string | null;
  narrow: boolean;
}

export function Thread({ id, queueId, narrow }: ThreadProps) {
  const [, go] = useLocation();
  useEffect(() => {
    opened(id);
    return () => left(id);
  }, [id]);
  const at = Number(new URLSearchParams(useSearch()).get("at")) || null;
  const looked = () => document.hasFocus();
  const thread = useThread(id, { at, looked });
  const { conversation } = thread;
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
      <ThreadBody conversation={conversation} thread={thread} at={at} />
    </main>
  );
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
