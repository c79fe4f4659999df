/** What stands at the foot of a thread: the composer, or why there is none and the way to get it. */
import { lazy, type ReactNode, Suspense } from "react";
import type { Conversation } from "../contract/shapes";
import { strings } from "../strings";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import css from "./messages.module.css";
import { ClaimButton } from "./QueueSection";

const Why = lazy(() => import("../oops/Oops").then(({ Why }) => ({ default: Why })));
const ScheduledList = lazy(() => import("../scheduled/ScheduledList"));

export function writable({ queue, sending }: Conversation): boolean {
  return sending.allowed && (queue === null || (queue.mine && queue.state === "claimed"));
}

export function ThreadFoot({
  conversation,
  children,
}: {
  conversation: Conversation;
  children: ReactNode;
}) {
  useTopic("queues");
  useTopic("me");
  const { queue, sending } = conversation;
  if (queue && !(queue.mine && queue.state === "claimed"))
    return <NotHeld conversation={conversation} />;
  if (conversation.kind === "sms" && world.rights?.messaging.sms.usable === false)
    return (
      <div className={css.note}>
        <Suspense fallback={sending.text}>
          <Why />
        </Suspense>
      </div>
    );
  if (!sending.allowed) return <p className={css.note}>{sending.text}</p>;
  return (
    <>
      {queue === null && (
        <Suspense fallback={null}>
          <ScheduledList conversation={conversation} />
        </Suspense>
      )}
      {children}
    </>
  );
}

function NotHeld({ conversation }: { conversation: Conversation }) {
  const { queue, id } = conversation;
  const entry = world.waiting.get(id);
  const loggedIn = queue !== null && world.queues.get(queue.id)?.logged_in;
  if (!queue) return null;
  if (entry) {
    return (
      <div className={css.note}>
        <span>{loggedIn ? strings.waitingNote(queue.name) : strings.loggedOut(queue.name)}</span>
        {loggedIn && <ClaimButton entry={entry} done={() => {}} />}
      </div>
    );
  }
  const text =
    queue.state === "closed"
      ? strings.closedQueueNote
      : queue.holder
        ? strings.heldBy(queue.holder.name)
        : strings.waitingNote(queue.name);
  return <p className={css.note}>{text}</p>;
}
