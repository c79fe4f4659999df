/** `table "Conversations of Support"`: read by a supervisor, who may release, transfer and close. */
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { Link } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation, Queue } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Empty, Failed, Skeleton } from "../kit/bits";
import kit from "../kit/kit.module.css";
import { since, useTicking } from "../kit/time";
import { giveUp } from "../messages/claiming";
import { desk, type Shown } from "./api";
import css from "./desk.module.css";
import { useAnswer } from "./useAnswer";
import { words } from "./words";

const TransferDialog = lazy(() => import("../messages/TransferDialog"));

const SHOWN: Shown[] = ["open", "waiting", "claimed", "closed"];
const TICK_MS = 5_000;
/** Longer than a burst of changes; the board is read again once it is over. */
const SETTLE_MS = 400;

export function Board({ queue, version }: { queue: Queue; version: number }) {
  useTicking(TICK_MS);
  const [shown, setShown] = useState<Shown>("open");
  const [older, setOlder] = useState<{ items: Conversation[]; next: string | null } | null>(null);
  const [moving, setMoving] = useState<Conversation | null>(null);
  const ask = useCallback(() => desk.board(queue.id, shown), [queue.id, shown]);
  const { value, failed, again } = useAnswer(ask);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the queue's frames say that it changed
  useEffect(() => {
    const timer = setTimeout(again, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [version, again]);
  const next = older ? older.next : (value?.next ?? null);
  const items = [...(value?.items ?? []), ...(older?.items ?? [])];
  const more = async () => {
    if (!next) return;
    const page = await desk.board(queue.id, shown, next).catch(() => null);
    if (page) setOlder({ items: [...(older?.items ?? []), ...page.items], next: page.next });
  };
  const steer = async (one: Conversation, how: "release" | "close") => {
    await giveUp(one, how);
    again();
  };
  return (
    <section className={css.board}>
      <label className={css.filter}>
        <span>{words.show}</span>
        <select
          className={kit.input}
          value={shown}
          onChange={(event) => {
            setOlder(null);
            setShown(event.currentTarget.value as Shown);
          }}
        >
          {SHOWN.map((one) => (
            <option key={one} value={one}>
              {words.shows[one]}
            </option>
          ))}
        </select>
      </label>
      {failed && !value && <Failed text={words.couldNot} again={again} />}
      {!failed && !value && <Skeleton rows={4} />}
      {value && items.length === 0 && <Empty title={words.nothing} text={words.nothingText} />}
      {items.length > 0 && (
        <div className={css.scroll} tabIndex={-1}>
          <table aria-label={words.boardOf(queue.name)}>
            <thead>
              <tr>
                <th scope="col">{words.customer}</th>
                <th scope="col">{words.state}</th>
                <th scope="col">{words.since}</th>
                <th scope="col">{words.lastText}</th>
                <th scope="col">{words.actions}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <BoardRow
                  key={one.id}
                  one={one}
                  steer={(how) => void steer(one, how)}
                  move={() => setMoving(one)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next && <Button onClick={() => void more()}>{words.more}</Button>}
      {moving && (
        <Suspense fallback={null}>
          <TransferDialog
            conversation={moving}
            close={() => {
              setMoving(null);
              again();
            }}
          />
        </Suspense>
      )}
    </section>
  );
}

interface RowProps {
  one: Conversation;
  steer: (how: "release" | "close") => void;
  move: () => void;
}

function BoardRow({ one, steer, move }: RowProps) {
  const { queue } = one;
  if (!queue) return null;
  const open = queue.state !== "closed";
  return (
    <tr data-conv-id={one.id} data-state={queue.state}>
      <td>
        <Link href={pathTo.preview(queue.id, one.id)} aria-label={words.open(one.name)}>
          {one.name}
        </Link>
        {one.tags.map((tag) => (
          <span key={tag} className={css.tag}>
            {tag}
          </span>
        ))}
      </td>
      <td>{stateOf(one)}</td>
      <td>
        {open && queue.queued_at && (
          <time dateTime={queue.queued_at}>{since(queue.queued_at)}</time>
        )}
      </td>
      <td className={css.words} dir="auto">
        {one.preview?.text}
      </td>
      <td className={css.steer}>
        <div className={css.offer}>
          {queue.state === "claimed" && (
            <Button small label={words.release(one.name)} onClick={() => steer("release")}>
              {words.releaseShort}
            </Button>
          )}
          {open && (
            <>
              <Button small label={words.transfer(one.name)} onClick={move}>
                {words.transferShort}
              </Button>
              <Button small label={words.close(one.name)} onClick={() => steer("close")}>
                {words.closeShort}
              </Button>
            </>
          )}
        </div>
      </td>
    </tr>
  );
}

function stateOf({ queue }: Conversation): string {
  if (queue?.state === "claimed" && queue.holder) return words.claimedBy(queue.holder.name);
  if (queue?.state === "closed") return words.closed;
  return queue?.offered_to ? words.offeredTo(queue.offered_to.name) : words.waiting;
}
