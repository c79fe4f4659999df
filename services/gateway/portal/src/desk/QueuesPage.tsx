/** Queues, for their supervisors: every conversation of one, and what happened in it. */
import { Inbox } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { PageProps } from "../app/pages";
import { pathTo } from "../app/routes";
import { Empty } from "../kit/bits";
import kit from "../kit/kit.module.css";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { Board } from "./Board";
import css from "./desk.module.css";
import { Statistics } from "./Statistics";
import { words } from "./words";

export default function QueuesPage({ rest }: PageProps) {
  const version = useTopic("queues");
  const [, go] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const queues = [...world.queues.values()]
    .filter((queue) => queue.supervises)
    .sort((a, b) => a.name.localeCompare(b.name));
  const [chosen, view] = rest;
  const queue = queues.find((one) => one.id === chosen) ?? queues[0];
  const [days, setDays] = useState(7);
  if (!queue)
    return (
      <main className={css.page} id="conversation">
        <h1 ref={heading} tabIndex={-1}>
          {words.queues}
        </h1>
        <Empty
          icon={<Inbox size={28} aria-hidden />}
          title={words.noQueue}
          text={words.noQueueText}
        />
      </main>
    );
  const counting = view === "statistics";
  const open = (id: string, statistics: boolean) =>
    go(pathTo.page("queues", id, statistics ? "statistics" : "board"));
  const tab = (statistics: boolean, label: string) => (
    <a
      href={pathTo.page("queues", queue.id, statistics ? "statistics" : "board")}
      aria-current={counting === statistics ? "page" : undefined}
      onClick={(event) => {
        event.preventDefault();
        open(queue.id, statistics);
      }}
    >
      {label}
    </a>
  );
  return (
    <main className={css.page} id="conversation">
      <header className={css.head}>
        <h1 ref={heading} tabIndex={-1}>
          {words.queues}
        </h1>
        <select
          className={kit.input}
          aria-label={words.queue}
          value={queue.id}
          onChange={(event) => open(event.currentTarget.value, counting)}
        >
          {queues.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
        <nav className={css.tabs} aria-label={queue.name}>
          {tab(false, words.board)}
          {tab(true, words.statistics)}
        </nav>
      </header>
      {counting ? (
        <Statistics key={queue.id} queue={queue} version={version} days={days} setDays={setDays} />
      ) : (
        <Board key={queue.id} queue={queue} version={version} />
      )}
    </main>
  );
}
