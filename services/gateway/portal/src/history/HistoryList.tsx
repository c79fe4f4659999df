/** The list: conversations by their last message, or what a search finds; narrowed by filters. */
import { Plus, Search } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { converseAnew } from "../dock/starting";
import { Button } from "../kit/Button";
import { Empty, Failed, Skeleton } from "../kit/bits";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { EVERYTHING, history, type Sifted } from "./api";
import { Conversations } from "./Conversations";
import { Filters } from "./Filters";
import { Found } from "./Found";
import css from "./history.module.css";
import { usePages, useSettled } from "./looking";
import { words } from "./words";

const PAUSE_MS = 200;
/** After a change somewhere, before the list is looked at again. */
const SETTLE_MS = 1_000;
const AT_ONCE = 50;

export function HistoryList({ hidden }: { hidden: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const page = useRef<HTMLElement>(null);
  const place = useRef(0);
  const [typed, setTyped] = useState("");
  const [sifted, sift] = useState<Sifted>(EVERYTHING);
  const asked = useSettled(typed.trim(), PAUSE_MS);
  useEffect(() => {
    if (!hidden) heading.current?.focus({ preventScroll: true });
  }, [hidden]);
  useLayoutEffect(() => {
    if (!hidden) page.current?.scrollTo(0, place.current);
  }, [hidden]);
  return (
    <main
      ref={page}
      className={css.page}
      id={hidden ? undefined : "conversation"}
      hidden={hidden}
      onScroll={(event) => {
        if (!hidden) place.current = event.currentTarget.scrollTop;
      }}
    >
      <header className={css.head}>
        <h1 ref={heading} tabIndex={-1}>
          {words.title}
        </h1>
        <Button kind="primary" onClick={converseAnew}>
          <Plus size={17} aria-hidden />
          {words.newConversation}
        </Button>
      </header>
      <div className={css.bar}>
        <div className={css.search}>
          <Search size={16} aria-hidden />
          <input
            type="search"
            aria-label={words.search}
            placeholder={words.searchHint}
            value={typed}
            maxLength={200}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <Filters sifted={sifted} change={sift} />
      </div>
      {asked ? (
        <Found asked={asked} sifted={sifted} />
      ) : (
        <Everything sifted={sifted} hidden={hidden} />
      )}
    </main>
  );
}

function Everything({ sifted, hidden }: { sifted: Sifted; hidden: boolean }) {
  const version = useTopic("list");
  const ask = useCallback(
    (before: string | null) => history.page(sifted, before, AT_ONCE),
    [sifted],
  );
  const { items, next, busy, failed, again, more } = usePages(ask);
  const first = useRef(version);
  const whole = (items?.length ?? 0) <= AT_ONCE;
  // Of rows that were turned over to, each follows its own changes; new ones come with the first page.
  useEffect(() => {
    if (first.current === version || hidden || !whole) return undefined;
    const timer = setTimeout(() => {
      first.current = version;
      again();
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [version, hidden, whole, again]);
  if (failed && !items) return <Failed text={words.couldNot} again={again} />;
  if (!items) return <Skeleton rows={8} />;
  const rows = items
    .map((one) => world.conversations.get(one.id) ?? one)
    .filter((one) => !one.deleted);
  if (rows.length === 0 && !next)
    return sifted === EVERYTHING ? (
      <Empty title={words.nothing} text={words.nothingText}>
        <Button onClick={converseAnew}>{words.newConversation}</Button>
      </Empty>
    ) : (
      <Empty title={words.noneFound} text={words.noneFoundText} />
    );
  return (
    <>
      <Conversations label={words.conversations} rows={rows} changed={again} />
      {next && (
        <Button disabled={busy} onClick={more}>
          {rows.length > 0 ? words.more : words.further}
        </Button>
      )}
    </>
  );
}
