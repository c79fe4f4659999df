/** The queues: who waits, for how long, and the button that takes them. Ownership is never optimistic. */
import { ChevronsUp, Clock, Inbox } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link, useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Queue, Waiting } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Switch } from "../kit/bits";
import { since, useTicking } from "../kit/time";
import { strings } from "../strings";
import { clock } from "../sync/clock";
import { gateway } from "../sync/gateway";
import { putQueue, world } from "../sync/store";
import { sorry } from "../sync/toasts";
import { useTopic } from "../sync/topics";
import { claim } from "./claiming";
import { nameOf, waitingIn } from "./lists";
import css from "./queue.module.css";

const Offer = lazy(() => import("../desk/Offer"));

const TICK_MS = 5_000;

export function QueueSection({ open }: { open: string | null }) {
  useTopic("queues");
  useTicking(TICK_MS);
  const queues = [...world.queues.values()].sort((a, b) => a.name.localeCompare(b.name));
  if (queues.length === 0) return null;
  return (
    <section className={css.queues} aria-label={strings.queues}>
      {queues.map((queue) => (
        <QueueGroup key={queue.id} queue={queue} open={open} />
      ))}
    </section>
  );
}

function QueueGroup({ queue, open }: { queue: Queue; open: string | null }) {
  const [busy, setBusy] = useState(false);
  const waiting = waitingIn(queue.id);
  const oldest = waiting[0]?.queued_at;
  const toggle = async (on: boolean) => {
    setBusy(true);
    try {
      const answer = on
        ? await gateway.queueLogin(queue.id)
        : await gateway.queueLogout(queue.id, "keep");
      if ("queue" in answer && answer.queue) putQueue(answer.queue);
    } catch (error) {
      sorry(error);
    }
    setBusy(false);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form; this is a group of things
    <div role="group" aria-label={queue.name} className={css.queue} data-queue-id={queue.id}>
      <header>
        <Inbox size={18} aria-hidden />
        <div>
          <h2>{queue.name}</h2>
          <p>{strings.waiting(waiting.length, oldest ? since(oldest) : "")}</p>
        </div>
        <Switch
          label={strings.loggedIn(queue.name)}
          checked={queue.logged_in}
          disabled={busy}
          onChange={(on) => void toggle(on)}
        />
      </header>
      {!queue.logged_in && <p className={css.note}>{strings.loggedOut(queue.name)}</p>}
      {waiting.length > 0 && (
        <ul aria-label={strings.waitingIn(queue.name)}>
          {waiting.map((entry) => (
            <WaitingRow
              key={entry.conversation_id}
              entry={entry}
              queue={queue}
              current={entry.conversation_id === open}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function WaitingRow({ entry, queue, current }: { entry: Waiting; queue: Queue; current: boolean }) {
  const [, go] = useLocation();
  const name = nameOf(entry);
  const late = lateness(entry, queue);
  const Icon = late === "fine" ? Clock : ChevronsUp;
  return (
    <li data-conv-id={entry.conversation_id} data-late={late}>
      <Link
        href={pathTo.preview(entry.queue_id, entry.conversation_id)}
        aria-current={current ? "page" : undefined}
      >
        <span className={css.name}>{name}</span>
        <span className={css.preview} dir="auto">
          {entry.preview}
        </span>
        <span className={css.time}>
          <Icon size={13} aria-hidden />
          <time dateTime={entry.queued_at}>{since(entry.queued_at)}</time>
        </span>
      </Link>
      {queue.logged_in && <ClaimButton entry={entry} done={(id) => go(pathTo.conversation(id))} />}
    </li>
  );
}

export function ClaimButton({ entry, done }: { entry: Waiting; done: (id: string) => void }) {
  const [busy, setBusy] = useState(false);
  if (entry.offered_to)
    return (
      <Suspense fallback={null}>
        <Offer entry={entry} done={done} />
      </Suspense>
    );
  const take = async () => {
    setBusy(true);
    if (await claim(entry)) done(entry.conversation_id);
    setBusy(false);
  };
  return (
    <Button
      small
      kind="primary"
      disabled={busy}
      label={busy ? undefined : strings.claimNamed(nameOf(entry))}
      onClick={() => void take()}
    >
      {busy ? strings.claiming : strings.claim}
    </Button>
  );
}

function lateness(entry: Waiting, queue: Queue): "fine" | "late" | "escalated" {
  if (entry.escalated) return "escalated";
  const limit = queue.waiting_alert_seconds;
  const waited = (clock.now() - Date.parse(entry.queued_at)) / 1_000;
  return limit !== null && waited > limit / 2 ? "late" : "fine";
}
