/** `img` named with its numbers: two bars a day; the table beside it says the same in figures. */
import { useLayoutEffect, useRef, useState } from "react";
import { strings } from "../strings";
import type { Usage } from "./api";
import css from "./usage.module.css";
import { words } from "./words";

const HEIGHT = 180;
const FOOT = 22;
const LEFT = 34;
const MOST_SLOT = 72;
const GAP = 0.22;
/** What the name of a day takes, and some air. */
const NAME = 54;
const LINES = 4;
/** Until it is known how wide it is drawn. */
const WIDTH = 360;

export function UsageChart({ usage }: { usage: Usage }) {
  const { days } = usage;
  const top = roundUp(Math.max(1, ...days.map((one) => Math.max(one.sent, one.received))));
  const { drawing, width } = useWidth();
  const slot = (width - LEFT) / days.length;
  const bar = (Math.min(slot, MOST_SLOT) * (1 - 2 * GAP)) / 2;
  const room = HEIGHT - FOOT - 8;
  const high = (n: number) => (n / top) * room;
  const nth = Math.ceil(NAME / slot);
  return (
    <figure className={css.chart}>
      <svg
        ref={drawing}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        height={HEIGHT}
        role="img"
        aria-label={nameOf(usage)}
      >
        {Array.from({ length: LINES + 1 }, (_, line) => {
          const y = HEIGHT - FOOT - (line / LINES) * room;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines are always the same
            <g key={line}>
              <line x1={LEFT} x2={width} y1={y} y2={y} />
              {Number.isInteger((top * line) / LINES) && (
                <text x={LEFT - 6} y={y + 4} textAnchor="end">
                  {(top * line) / LINES}
                </text>
              )}
            </g>
          );
        })}
        {days.map((one, place) => {
          const middle = LEFT + (place + 0.5) * slot;
          return (
            <g key={one.day}>
              <rect
                data-kind="sent"
                x={middle - bar}
                y={HEIGHT - FOOT - high(one.sent)}
                width={Math.max(1, bar - 1)}
                height={high(one.sent)}
                rx={2}
              />
              <rect
                data-kind="received"
                x={middle + 1}
                y={HEIGHT - FOOT - high(one.received)}
                width={Math.max(1, bar - 1)}
                height={high(one.received)}
                rx={2}
              />
              {place % nth === 0 && (
                <text x={middle} y={HEIGHT - 6} textAnchor="middle">
                  {shortDay(one.day)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span data-kind="sent">{words.figures.sent}</span>
        <span data-kind="received">{words.figures.received}</span>
      </figcaption>
    </figure>
  );
}

/** A unit is a pixel, so that words are as large as elsewhere however wide it is. */
function useWidth() {
  const drawing = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(WIDTH);
  useLayoutEffect(() => {
    const drawn = drawing.current;
    if (!drawn) return;
    const look = () => setWidth(drawn.clientWidth || WIDTH);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(drawn);
    return () => observer.disconnect();
  }, []);
  return { drawing, width };
}

function nameOf({ first, last, total, days }: Usage): string {
  const busiest = days.reduce((a, b) => (b.sent + b.received > a.sent + a.received ? b : a));
  const most =
    days.length > 1 && busiest.sent + busiest.received > 0
      ? words.most(longDay(busiest.day), busiest.sent, busiest.received)
      : "";
  return words.chart(longDay(first), longDay(last), total, most);
}

/** A top that four lines part evenly. */
function roundUp(most: number): number {
  const step = 10 ** Math.floor(Math.log10(most));
  const tops = [1, 2, 4, 6, 8, 10].map((n) => n * step);
  const top = tops.find((one) => one >= most) ?? most;
  return Math.max(LINES, top);
}

export function longDay(day: string): string {
  return spelled(day, { dateStyle: "medium" });
}

function shortDay(day: string): string {
  return spelled(day, { day: "numeric", month: "short" });
}

function spelled(day: string, how: Intl.DateTimeFormatOptions): string {
  const format = new Intl.DateTimeFormat(strings.lang, { ...how, timeZone: "UTC" });
  return format.format(new Date(`${day}T00:00:00Z`));
}
