/** The Office Manager's home: how much is texted, as cards, a chart, tables and files. */
import { ChartColumn } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { useAnswer } from "../desk/useAnswer";
import { Button } from "../kit/Button";
import { Empty, Failed, Skeleton } from "../kit/bits";
import kit from "../kit/kit.module.css";
import { clock } from "../sync/clock";
import { useTopic } from "../sync/topics";
import { type By, csvOf, type Days, daysOf, type Figures, type Period, usageOf } from "./api";
import { UsageChart } from "./UsageChart";
import { UsageTables } from "./UsageTables";
import css from "./usage.module.css";
import { words } from "./words";

const PERIODS: Period[] = ["today", "week", "month", "this"];
const WAYS: By[] = ["day", "number", "person"];
/** Numbers are at most this old while the page is open, and a moment behind what one sees change. */
const AGAIN_MS = 30_000;
const SETTLE_MS = 1_500;

export default function UsagePage() {
  const heading = useRef<HTMLHeadingElement>(null);
  const [period, setPeriod] = useState<Period>("week");
  useEffect(() => heading.current?.focus(), []);
  // The organization's clocks decide; until it is known which, one's own.
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { from, to } = daysOf(period, clock.now(), zone);
  const ask = useCallback(() => usageOf({ from, to, zone }), [from, to, zone]);
  const { value, failed, again } = useAnswer(ask);
  const theirs = value?.zone ?? zone;
  useEffect(() => setZone(theirs), [theirs]);
  useLookingAgain(again);
  return (
    <main className={css.page} id="conversation">
      <header className={css.head}>
        <h1 ref={heading} tabIndex={-1}>
          {words.title}
        </h1>
        {value?.enabled && (
          <select
            className={kit.input}
            aria-label={words.period}
            value={period}
            onChange={(event) => setPeriod(event.currentTarget.value as Period)}
          >
            {PERIODS.map((one) => (
              <option key={one} value={one}>
                {words.periods[one]}
              </option>
            ))}
          </select>
        )}
      </header>
      {failed && !value && <Failed text={words.couldNot} again={again} />}
      {!failed && !value && <Skeleton rows={6} />}
      {value && !value.enabled && <Nobody />}
      {value?.enabled && (
        <>
          <section className={css.usage} aria-label={words.usage}>
            <Cards total={value.total} />
            <UsageChart usage={value} />
          </section>
          <Files days={{ from, to, zone }} zone={value.zone} />
          <UsageTables usage={value} />
        </>
      )}
    </main>
  );
}

function useLookingAgain(again: () => void): void {
  const version = useTopic("list");
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is said in view is soon counted
  useEffect(() => {
    const soon = setTimeout(again, SETTLE_MS);
    return () => clearTimeout(soon);
  }, [version, again]);
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
}

function Nobody() {
  const [, go] = useLocation();
  return (
    <Empty icon={<ChartColumn size={28} aria-hidden />} title={words.nothing}>
      <Button onClick={() => go(pathTo.page("admin", "extensions"))}>{words.openExtensions}</Button>
    </Empty>
  );
}

function Cards({ total }: { total: Figures }) {
  const { sent, received, mms, failed, segments_sent, segments_received } = total;
  const cards = { sent, received, mms, segments: segments_sent + segments_received, failed };
  return (
    <dl className={css.cards}>
      {(Object.keys(cards) as (keyof typeof cards)[]).map((name) => (
        <div key={name} title={words.hints[name]}>
          <dt>{words.figures[name]}</dt>
          <dd>
            {cards[name]}
            {name === "segments" && cards.segments > 0 && (
              <small>{words.outAndIn(segments_sent, segments_received)}</small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Files({ days, zone }: { days: Days; zone: string }) {
  return (
    <p className={css.files}>
      {WAYS.map((by) => (
        <a key={by} className={kit.button} href={csvOf(days, by)} download>
          {words.csv[by]}
        </a>
      ))}
      <small>{words.zone(zone)}</small>
    </p>
  );
}
