/** `table "Events"`: a row for each fact; only those in view exist. */
// biome-ignore-all lint/a11y/useSemanticElements: rows of a native table cannot be placed one by one
// biome-ignore-all lint/a11y/useFocusableInteractive: each row has a link, this is a table and no grid
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Empty, Failed, Hidden, Skeleton } from "../../kit/bits";
import { exactTime, NARROW, useMedia } from "../../kit/time";
import { type Fact, type Filter, searchOf } from "./api";
import { Book } from "./book";
import css from "./events.module.css";
import { numberOf, timeOf } from "./format";
import { topOf, useWindow } from "./window";
import { words } from "./words";

const ROW = 36;
const NARROW_ROW = 64;
/** A fact is in the index half a second after it happened. */
const FOLLOW_MS = 1_000;
const COLUMNS = ["position", "time", "type", "subject", "tenant", "cause"] as const;

interface Props {
  filter: Filter;
  follow: boolean;
  chosen: number | null;
  open: (position: number | null) => void;
}

export function EventTable({ filter, follow, chosen, open }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const row = useMedia(NARROW) ? NARROW_ROW : ROW;
  const book = useBook(filter);
  useFollowing(book, follow, scroller, row);
  const { first, last, height, offset, view } = useWindow(scroller, book.count, row);
  useEffect(() => book.want(first, last));
  const [active, setActive] = useState(0);
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -book.count, End: book.count }[event.key];
    const element = scroller.current;
    if (step === undefined || !element) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(book.count - 1, active + step));
    setActive(next);
    const at = topOf(next, book.count, row, view);
    if (at < element.scrollTop) element.scrollTop = at;
    if (at + row > element.scrollTop + view) element.scrollTop = at + row - view;
    requestAnimationFrame(() => element.querySelector<HTMLElement>("[tabindex='0']")?.focus());
  };
  if (book.state === "failed") return <Failed text={words.couldNot} again={() => book.load()} />;
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  return (
    <div className={css.frame}>
      {book.state === "loading" && <Skeleton rows={8} />}
      {book.state === "there" && book.count === 0 && <Empty title={words.nothing} />}
      <div
        className={css.table}
        role="table"
        aria-label={words.events}
        aria-rowcount={book.state === "loading" ? -1 : (book.matching ?? -1)}
        aria-busy={book.state === "loading"}
      >
        <Head />
        <div className={css.rows} ref={scroller} role="rowgroup" onKeyDown={walk}>
          <div style={{ blockSize: `${height}px` }} role="presentation">
            {shown.map((index) => (
              <Row
                key={book.row(index)?.position ?? `row ${index}`}
                fact={book.row(index)}
                index={index}
                place={{ top: `${offset + (index - first) * row}px`, blockSize: `${row}px` }}
                current={book.row(index)?.position === chosen}
                active={index === Math.max(first, Math.min(last, active))}
                search={searchOf(filter)}
                open={open}
              />
            ))}
          </div>
        </div>
      </div>
      <p className={css.foot} role="status">
        {book.state === "there" && words.facts(book.matching, numberOf)}
      </p>
    </div>
  );
}

function useBook(filter: Filter): Book {
  const [, changed] = useState(0);
  const question = searchOf(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same question is the same book
  const book = useMemo(() => new Book(filter, () => changed((n) => n + 1)), [question]);
  useEffect(() => void book.load(), [book]);
  return book;
}

/** Let new rows come in at the top; who reads further down stays with what they read. */
function useFollowing(
  book: Book,
  follow: boolean,
  scroller: { current: HTMLElement | null },
  row: number,
): void {
  useEffect(() => {
    if (!follow) return;
    const timer = setInterval(async () => {
      if (document.visibilityState !== "visible") return;
      const before = scroller.current?.scrollTop ?? 0;
      const came = await book.follow();
      if (came > 0 && before > row && scroller.current) scroller.current.scrollTop += came * row;
    }, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [book, follow, scroller, row]);
}

function Head() {
  return (
    <div role="rowgroup" className={css.headings}>
      <div role="row" aria-rowindex={1} className={css.row}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {words.columns[name]}
          </span>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  fact: Fact | undefined;
  index: number;
  place: { top: string; blockSize: string };
  current: boolean;
  active: boolean;
  search: string;
  open: (position: number) => void;
}

function Row({ fact, index, place, current, active, search, open }: RowProps) {
  if (!fact)
    return (
      <div role="row" aria-rowindex={index + 2} className={css.row} style={place} data-empty>
        <span role="cell">
          <Hidden>{words.loading}</Hidden>
        </span>
      </div>
    );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: its link is for the keyboard
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-current={current || undefined}
      className={css.row}
      style={place}
      data-position={fact.position}
      data-command={fact.command || undefined}
      onClick={() => open(fact.position)}
    >
      <span role="cell">
        <a
          href={`/operator/events/${fact.position}${search}`}
          tabIndex={active ? 0 : -1}
          onClick={(event) => {
            event.preventDefault();
            event.stopPropagation();
            open(fact.position);
          }}
        >
          {numberOf(fact.position)}
        </a>
      </span>
      <span role="cell">
        <time dateTime={fact.at} title={exactTime(fact.at)}>
          {timeOf(fact.at)}
        </time>
      </span>
      <span role="cell" className={css.type}>
        {fact.type}
      </span>
      <span role="cell" title={fact.subject}>
        {fact.subject}
      </span>
      <span role="cell">{fact.tenant}</span>
      <span role="cell">
        <Because fact={fact} />
      </span>
    </div>
  );
}

function Because({ fact: { actor, cause } }: { fact: Fact }) {
  return (
    <>
      {actor && <b>{actor.name ?? actor.id}</b>}
      {actor && cause && " · "}
      {cause && `${cause.type} ${numberOf(cause.position)}`}
    </>
  );
}
