/** `feed "Messages"`: a window of the thread on the virtualiser, which alone owns the scroll position. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Conversation } from "../contract/shapes";
import { Empty, Failed } from "../kit/bits";
import { strings } from "../strings";
import { isBusy, loadOlder, troubles } from "../sync/reading";
import { readersOf } from "../sync/receipts";
import { outbox } from "../sync/session";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { trimWindow, windowOf } from "../sync/windows";
import css from "./feed.module.css";
import { MessageRow } from "./MessageRow";
import { useRetrying } from "./retrying";
import { type Row, rowsOf } from "./rows";
import { LEAD, useOpening, usePages, usePlace, useToEnd, type Virtual } from "./scrolling";

const NEAR_END = 80;
const GUESS = {
  pill: 36,
  bubble: 18,
  line: 22,
  letters: 68,
  meta: 20,
  gap: 9,
  day: 46,
  media: 220,
};

interface FeedProps {
  conversation: Conversation;
  newFrom: string | null;
  /** The position of the message that the address names. */
  at: number | null;
  onEnd: (atEnd: boolean) => void;
}

export function MessageFeed({ conversation, newFrom, at, onEnd }: FeedProps) {
  const { id, kind } = conversation;
  const version = useTopic(`win:${id}`);
  const retrying = useRetrying(id);
  const window_ = windowOf(id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the window's content
  const rows = useMemo(() => {
    const viewer = { me: world.me?.id ?? "", kind, readers: readersOf(id) };
    return rowsOf(windowOf(id), outbox.of(id), newFrom, retrying, viewer);
  }, [id, kind, newFrom, retrying, version]);
  const scroller = useRef<HTMLDivElement>(null);
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const estimateSize = useCallback((index: number) => guess(rows[index]), [rows]);
  const getScrollElement = useCallback(() => scroller.current, []);
  const live = window_?.live ?? true;
  const [below, setBelow] = useState(true);
  const atEnd = below && live;
  const own = useRef<Virtual | null>(null);
  const place = usePlace(id, own, !atEnd);
  const virtual = useVirtualizer({
    // A header or a keyboard that comes moves the end without a scroll; the virtualiser sees both.
    onChange: (instance) => setBelow(instance.isAtEnd(NEAR_END)),
    count: rows.length,
    getItemKey,
    estimateSize,
    getScrollElement,
    overscan: 14,
    anchorTo: "end",
    followOnAppend: live,
    scrollEndThreshold: NEAR_END,
    paddingStart: 12,
    paddingEnd: 12,
    scrollPaddingStart: LEAD,
    initialMeasurementsCache: place?.sizes,
  });
  own.current = virtual;
  const marked = useOpening(virtual, { rows, at, newFrom, place });
  const toEnd = useToEnd(id, live, virtual, outbox.of(id).length);
  // Opened it is read; what came in since then, and was not seen at the end, is not.
  const fresh = conversation.unread;
  useEffect(() => onEnd(atEnd), [atEnd, onEnd]);
  const shown = virtual.getVirtualItems();
  const hasOlder = window_?.hasOlder ?? false;
  usePages(id, window_, virtual, rows);
  const total = virtual.getTotalSize();
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that are measured move the end without a scroll
  useLayoutEffect(() => setBelow(virtual.isAtEnd(NEAR_END)), [virtual, total, rows]);
  const move = useArrows(rows, virtual, scroller);
  return (
    <div className={css.frame}>
      <div
        ref={scroller}
        className={css.scroller}
        onScroll={() => {
          if (virtual.isAtEnd()) trimWindow(id);
        }}
        data-scroller="feed"
      >
        {rows.length === 0 && window_?.ready && (
          <Empty title={strings.sayHello(conversation.name)} />
        )}
        {troubles.has(`win:${id}`) && (
          <Failed text={strings.couldNotLoad} again={() => void loadOlder(id)} />
        )}
        {rows.length > 0 && (
          <div
            role="feed"
            aria-label={strings.messages}
            aria-busy={isBusy(`win:${id}`)}
            className={css.feed}
            style={{ blockSize: `${virtual.getTotalSize()}px` }}
            onKeyDown={move}
          >
            {shown.map(({ key, index, start }) => {
              const row = rows[index];
              return row ? (
                <MessageRow
                  key={key}
                  row={row}
                  conversation={conversation}
                  index={index}
                  of={hasOlder || !live ? -1 : rows.length}
                  top={start}
                  measure={virtual.measureElement}
                  reachable={index === rows.length - 1}
                  begins={index === 0 && !hasOlder}
                  marked={row.key === marked}
                />
              ) : null;
            })}
          </div>
        )}
      </div>
      {!atEnd && (
        <button
          type="button"
          className={css.jump}
          data-fresh={fresh > 0 || undefined}
          onClick={toEnd}
        >
          {fresh > 0 ? strings.newMessages(fresh) : strings.jump}
          <ArrowDown size={16} aria-hidden />
        </button>
      )}
    </div>
  );
}

/** One tab stop; arrows move between messages, Home and End to the first and last. */
function useArrows(rows: Row[], virtual: Virtual, scroller: { current: HTMLElement | null }) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const article = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!article || event.target !== article) return;
    const at = Number(article.dataset.index);
    const goal = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (goal === undefined || !rows[goal]) return;
    event.preventDefault();
    virtual.scrollToIndex(goal, { align: "auto" });
    requestAnimationFrame(() =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-index="${goal}"]`)
        ?.focus({ preventScroll: true }),
    );
  };
}

/** Near the truth, so that what is measured later moves little: feed.module.css has these sizes. */
function guess(row: Row | undefined): number {
  if (!row) return GUESS.pill;
  const around = (row.first ? GUESS.gap : 0) + (row.day ? GUESS.day : 0);
  if (row.item?.type === "pill") return GUESS.pill + around;
  const files = (row.item?.files ?? row.outgoing?.files ?? []).length;
  const lines = Math.max(1, Math.ceil(row.text.length / GUESS.letters));
  return (
    GUESS.bubble + lines * GUESS.line + (row.last ? GUESS.meta : 0) + files * GUESS.media + around
  );
}
