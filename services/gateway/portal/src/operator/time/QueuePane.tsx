/** A queue as it was: who waited, who held what, who worked it. */
import { useEffect, useState } from "react";
import kit from "../../kit/kit.module.css";
import { type PastQueue, time } from "./api";
import { outside, span } from "./showing";
import css from "./time.module.css";
import { words } from "./words";

interface QueuePaneProps {
  chosen: string | undefined;
  queue: PastQueue | null;
  at: string | null;
  conversation: string | undefined;
  choose: (queue: string | undefined) => void;
  open: (conversation: string) => void;
}

export function QueuePane({ chosen, queue, at, conversation, choose, open }: QueuePaneProps) {
  const name = queue ? words.queuePane(queue.name) : words.queue;
  return (
    <section className={css.pane} aria-label={name} data-pane="queue" data-id={queue?.id}>
      <header>
        <h2>{name}</h2>
        <Chooser chosen={chosen} choose={choose} />
      </header>
      {queue && <Standing queue={queue} at={at} conversation={conversation} open={open} />}
      {chosen && !queue && <p className={css.none}>{words.notYet}</p>}
    </section>
  );
}

function Chooser({ chosen, choose }: Pick<QueuePaneProps, "chosen" | "choose">) {
  const [queues, setQueues] = useState<Awaited<ReturnType<typeof time.queues>>>([]);
  useEffect(() => {
    time.queues().then(setQueues, () => setQueues([]));
  }, []);
  const many = new Set(queues.map(({ tenant }) => tenant)).size > 1;
  return (
    <select
      className={kit.input}
      aria-label={words.chooseQueue}
      value={chosen ?? ""}
      onChange={(event) => choose(event.currentTarget.value || undefined)}
    >
      <option value="">{words.chooseQueue}</option>
      {queues.map(({ id, name, tenant }) => (
        <option key={id} value={id}>
          {many ? `${name} · ${tenant}` : name}
        </option>
      ))}
    </select>
  );
}

interface StandingProps {
  queue: PastQueue;
  at: string | null;
  conversation: string | undefined;
  open: (conversation: string) => void;
}

function Standing({ queue, at, conversation, open }: StandingProps) {
  const held = new Map<string, PastQueue["held"]>();
  for (const one of queue.held) held.set(one.holder.id, [...(held.get(one.holder.id) ?? []), one]);
  const current = (id: string) => (id === conversation ? "true" : undefined);
  return (
    <>
      {queue.retired && <p className={css.none}>{words.retired}</p>}
      <p className={css.sum}>
        {queue.waiting_count > 0 ? words.waiting(queue.waiting_count) : words.noneWaiting}
        {queue.oldest_at && `, ${words.oldest(span(queue.oldest_at, at))}`}
      </p>
      <ul className={css.places}>
        {queue.waiting.map((one) => (
          <li key={one.conversation_id} data-place="waiting" data-conv-id={one.conversation_id}>
            <button
              type="button"
              aria-current={current(one.conversation_id)}
              onClick={() => open(one.conversation_id)}
            >
              <span>{outside(one.counterparts, one.conversation_id)}</span>
              <small data-late={one.escalated || undefined}>
                {words.waitsSince(span(one.queued_at, at))}
                {one.escalated && `, ${words.escalated}`}
                {one.offered_to && `, ${words.offeredTo(one.offered_to.name)}`}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {[...held].map(([id, places]) => (
        <div key={id}>
          <p className={css.sum}>{words.holds(places[0]?.holder.name ?? id, places.length)}</p>
          <ul className={css.places}>
            {places.map((one) => (
              <li key={one.conversation_id} data-place="claimed" data-conv-id={one.conversation_id}>
                <button
                  type="button"
                  aria-current={current(one.conversation_id)}
                  onClick={() => open(one.conversation_id)}
                >
                  <span>{outside(one.counterparts, one.conversation_id)}</span>
                  <small>{span(one.since, at)}</small>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <h3>{words.agents}</h3>
      <ul className={css.agents}>
        {queue.agents.map(({ id, name, logged_in }) => (
          <li key={id} data-agent={id} data-logged-in={logged_in}>
            <span>{name}</span>
            <small>{logged_in ? words.loggedIn : words.loggedOut}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
