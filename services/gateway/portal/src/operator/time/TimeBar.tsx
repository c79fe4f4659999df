/** Where one is in the log: a slider, steps, a player, and fields for a time and a position. */
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, Pause, Play } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { Button, IconButton } from "../../kit/Button";
import kit from "../../kit/kit.module.css";
import { type LogPosition, time } from "./api";
import css from "./bar.module.css";
import { counted, moment, written } from "./showing";
import { words } from "./words";

const SPEEDS = [1, 10, 100];
/** At most so many steps a second are drawn; a faster player takes longer ones. */
const MOST_STEPS = 10;
const PAGE = 100;

interface TimeBarProps {
  /** The position that is asked for, which the panes may not show yet. */
  wanted: number;
  shown: LogPosition;
  newest: LogPosition;
  go: (position: number, how?: { replace: boolean }) => void;
}

export function TimeBar({ wanted, shown, newest, go }: TimeBarProps) {
  const to = (position: number) =>
    go(Math.max(0, Math.min(position, newest.position)), { replace: true });
  const player = usePlayer(wanted, newest.position, to);
  return (
    <div className={css.bar}>
      <div className={css.steps}>
        <IconButton label={words.first} onClick={() => to(Math.min(1, newest.position))}>
          <ChevronFirst />
        </IconButton>
        <IconButton label={words.previous} onClick={() => to(wanted - 1)}>
          <ChevronLeft />
        </IconButton>
        <span className={css.player}>
          <Button onClick={player.toggle} disabled={!player.playing && wanted >= newest.position}>
            {player.playing ? <Pause size={16} /> : <Play size={16} />}
            {player.playing ? words.pause : words.play}
          </Button>
          <select
            className={kit.input}
            aria-label={words.speed}
            value={player.speed}
            onChange={(event) => player.choose(Number(event.currentTarget.value))}
          >
            {SPEEDS.map((speed) => (
              <option key={speed} value={speed}>
                {words.times(speed)}
              </option>
            ))}
          </select>
        </span>
        <IconButton label={words.next} onClick={() => to(wanted + 1)}>
          <ChevronRight />
        </IconButton>
        <IconButton label={words.last} onClick={() => to(newest.position)}>
          <ChevronLast />
        </IconButton>
      </div>
      <Slider wanted={wanted} shown={shown} newest={newest} to={to} />
      <div className={css.fields}>
        <GoTo
          label={words.goToTime}
          hint={moment(shown.at)}
          wrong={words.noTime}
          find={async (text) => {
            const at = written(text);
            return at === null ? null : (await time.at(at)).position;
          }}
          go={go}
        />
        <GoTo
          label={words.goToPosition}
          numeric
          hint={counted(shown.position)}
          wrong={words.noPosition}
          find={async (text) => {
            const digits = text.replace(/[\s.,\u00a0\u202f]/g, "");
            return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
          }}
          go={(position) => go(Math.min(position, newest.position))}
        />
      </div>
    </div>
  );
}

function Slider({
  wanted,
  shown,
  newest,
  to,
}: Omit<TimeBarProps, "go"> & { to: (position: number) => void }) {
  const page = (event: KeyboardEvent) => {
    const step = { PageUp: PAGE, PageDown: -PAGE }[event.key];
    if (step === undefined) return;
    event.preventDefault(); // the browser's own page is a tenth of the log
    to(wanted + step);
  };
  const where = words.positionOf(counted(wanted), counted(newest.position));
  return (
    <input
      type="range"
      className={css.slider}
      aria-label={words.position}
      aria-valuetext={
        shown.position === wanted && shown.at ? `${where}, ${moment(shown.at)}` : where
      }
      min={0}
      max={newest.position}
      step={1}
      value={wanted}
      onKeyDown={(event) => page(event as unknown as KeyboardEvent)}
      onInput={(event) => to(Number(event.currentTarget.value))}
    />
  );
}

interface GoToProps {
  label: string;
  numeric?: boolean;
  hint: string;
  wrong: string;
  /** The position that was meant; null where the text says none. */
  find: (text: string) => Promise<number | null>;
  go: (position: number) => void;
}

function GoTo({ label, numeric, hint, wrong, find, go }: GoToProps) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState(false);
  const id = useId();
  const submit = async () => {
    if (!text.trim()) return;
    const position = await find(text).catch(() => null);
    setSaid(position === null);
    if (position === null) return;
    setText("");
    go(position);
  };
  return (
    <form
      className={css.goto}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        <span>{label}</span>
        <input
          className={`${kit.input} ${numeric ? css.short : css.wide}`}
          type="text"
          inputMode={numeric ? "numeric" : "text"}
          autoComplete="off"
          placeholder={hint}
          value={text}
          aria-invalid={said}
          aria-describedby={said ? id : undefined}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setSaid(false);
          }}
        />
      </label>
      <Button submit label={`${words.go}: ${label}`}>
        {words.go}
      </Button>
      {said && (
        <small id={id} role="status">
          {wrong}
        </small>
      )}
    </form>
  );
}

/** Goes on by itself until the end of the log; the address it stops at is the one it reached. */
function usePlayer(wanted: number, newest: number, to: (position: number) => void) {
  const [playing, setPlaying] = useState(false);
  const [speed, choose] = useState(1);
  const step = useRef(() => {});
  const end = wanted >= newest;
  step.current = () => to(wanted + Math.max(1, speed / MOST_STEPS));
  useEffect(() => {
    if (playing && end) setPlaying(false);
  }, [playing, end]);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => step.current(), 1_000 / Math.min(speed, MOST_STEPS));
    return () => clearInterval(timer);
  }, [playing, speed]);
  return { playing, speed, choose, toggle: () => setPlaying((on) => !on) };
}
