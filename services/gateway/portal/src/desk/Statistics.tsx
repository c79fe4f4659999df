/** What happened in a queue: now, by day, by agent; the same as CSV. */
import { useCallback, useEffect } from "react";
import type { Queue } from "../contract/shapes";
import { Failed, Skeleton } from "../kit/bits";
import kit from "../kit/kit.module.css";
import { since, useTicking } from "../kit/time";
import { strings } from "../strings";
import { clock } from "../sync/clock";
import { csvOf, desk, type Figures, type Statistics as Found } from "./api";
import css from "./desk.module.css";
import { useAnswer } from "./useAnswer";
import { words } from "./words";

const SPANS = [1, 7, 30, 90];
const DAY_MS = 86_400_000;
const TICK_MS = 5_000;
/** The figures follow the queue's changes, and the clock where nothing changes. */
const SETTLE_MS = 1_000;

const COLUMNS: [keyof typeof words, (one: Figures) => string | number][] = [
  ["queued", (one) => one.queued],
  ["claimed", (one) => one.claimed],
  ["answered", (one) => one.answered],
  ["lapsed", (one) => one.lapsed],
  ["released", (one) => one.released],
  ["passed", (one) => one.passed],
  ["transferred", (one) => one.transferred],
  ["overflowed", (one) => one.overflowed],
  ["closedCount", (one) => one.closed],
  ["wait", (one) => spanOf(one.wait_median)],
  ["waitP90", (one) => spanOf(one.wait_p90)],
  ["answer", (one) => spanOf(one.answer_median)],
  ["answerP90", (one) => spanOf(one.answer_p90)],
];

interface Props {
  queue: Queue;
  version: number;
  days: number;
  setDays: (days: number) => void;
}

export function Statistics({ queue, version, days, setDays }: Props) {
  useTicking(TICK_MS);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const last = dayOf(clock.now());
  const first = dayOf(clock.now() - (days - 1) * DAY_MS);
  const ask = useCallback(
    () => desk.statistics(queue.id, first, last, zone),
    [queue.id, first, last, zone],
  );
  const { value, failed, again } = useAnswer(ask);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the queue's frames say that it changed
  useEffect(() => {
    const timer = setTimeout(again, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [version, again]);
  return (
    <section className={css.figures}>
      <div className={css.filter}>
        <select
          className={kit.input}
          aria-label={words.days}
          value={days}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        >
          {SPANS.map((span) => (
            <option key={span} value={span}>
              {words.lastDays(span)}
            </option>
          ))}
        </select>
        <a className={kit.button} href={csvOf(queue.id, first, last, zone, "day")} download>
          {words.csvDays}
        </a>
        <a className={kit.button} href={csvOf(queue.id, first, last, zone, "agent")} download>
          {words.csvAgents}
        </a>
      </div>
      {failed && !value && <Failed text={words.couldNot} again={again} />}
      {!failed && !value && <Skeleton rows={6} />}
      {value && <Shown found={value} />}
    </section>
  );
}

function Shown({ found }: { found: Found }) {
  const { now, total } = found;
  const oldest = now.oldest_at ? since(now.oldest_at) : words.none;
  return (
    <>
      <dl className={css.cards}>
        <Card label={words.waitingNow} value={now.waiting} />
        <Card label={words.oldest} value={oldest} />
        <Card label={words.claimedNow} value={now.claimed} />
        <Card label={words.loggedInNow} value={now.logged_in} />
        <Card label={words.wait} value={spanOf(total.wait_median)} />
        <Card label={words.answer} value={spanOf(total.answer_median)} />
      </dl>
      <Table
        label={words.byDay}
        head={words.day}
        rows={[
          ...found.days.map((one) => ({ key: one.day, name: dateOf(one.day), figures: one })),
          { key: "total", name: words.total, figures: total },
        ]}
      />
      <Table
        label={words.byAgent}
        head={words.agent}
        rows={found.agents.map((one) => ({
          key: one.agent.id,
          name: one.agent.name,
          figures: one,
        }))}
      />
    </>
  );
}

function Card({ label, value }: { label: string; value: string | number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface TableProps {
  label: string;
  head: string;
  rows: { key: string; name: string; figures: Figures }[];
}

function Table({ label, head, rows }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.scroll} aria-label={label} tabIndex={0}>
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {COLUMNS.map(([name]) => (
              <th key={name} scope="col">
                {words[name] as string}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, figures }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {COLUMNS.map(([column, value]) => (
                <td key={column}>{value(figures)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** "45 s", "3 min 20 s", "1 h 5 min". */
function spanOf(seconds: number | null): string {
  if (seconds === null) return words.none;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function dayOf(ms: number): string {
  const at = new Date(ms);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function dateOf(day: string): string {
  const format = new Intl.DateTimeFormat(strings.lang, { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(`${day}T00:00:00Z`));
}
