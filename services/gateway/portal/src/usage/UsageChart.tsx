/** `img` named with its numbers: two bars a day; the table beside it says the same in figures. */
import { strings } from "../strings";
import type { Usage } from "./api";
import css from "./usage.module.css";
import { words } from "./words";

const HEIGHT = 180;
const FOOT = 22;
const LEFT = 34;
const SLOT = 36;
const GAP = 0.22;
/** More day names than this stand in each other's way. */
const MOST_NAMES = 10;
const LINES = 4;

export function UsageChart({ usage }: { usage: Usage }) {
  const { days } = usage;
  const top = roundUp(Math.max(1, ...days.map((one) => Math.max(one.sent, one.received))));
  const width = LEFT + Math.max(days.length, 7) * SLOT;
  const slot = (width - LEFT) / days.length;
  const bar = (Math.min(slot, SLOT * 2) * (1 - 2 * GAP)) / 2;
  const room = HEIGHT - FOOT - 8;
  const high = (n: number) => (n / top) * room;
  const nth = Math.ceil(days.length / MOST_NAMES);
  return (
    <figure className={css.chart}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={nameOf(usage)}>
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
                width={bar - 1}
                height={high(one.sent)}
                rx={2}
              />
              <rect
                data-kind="received"
                x={middle + 1}
                y={HEIGHT - FOOT - high(one.received)}
                width={bar - 1}
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
