/** One replay: how far it is, its result table, and stopping it or going on. */
import { useState } from "react";
import { Button } from "../../kit/Button";
import { exactTime, whenWords } from "../../kit/time";
import { strings } from "../../strings";
import { attempt } from "../attempt";
import { ComparedTables } from "../ComparedTables";
import css from "../work.module.css";
import { type Replay, replays } from "./api";
import { words } from "./words";

const numbers = new Intl.NumberFormat(strings.lang);

interface Props {
  replay: Replay;
  again: () => void;
}

export function ReplayCard({ replay, again }: Props) {
  const title = words.range(numbers.format(replay.first), numbers.format(replay.last));
  return (
    <article className={css.set} data-replay={replay.id} aria-label={title}>
      <header>
        <h2>
          {title}
          <span className={css.state} data-state={replay.state}>
            {words.states[replay.state]}
          </span>
        </h2>
        <Acts replay={replay} again={again} />
      </header>
      <div className={css.progress}>
        <progress
          aria-label={words.progress}
          max={Math.max(replay.total, 1)}
          value={replay.total ? replay.done : 0}
        />
        <span>
          {numbers.format(replay.done)} / {words.facts(numbers.format(replay.total))}
        </span>
        <span>{words.atPace(numbers.format(replay.pace))}</span>
        <time dateTime={replay.started_at} title={exactTime(replay.started_at)}>
          {whenWords(replay.started_at)}
        </time>
      </div>
      {replay.tables.length > 0 && <Result replay={replay} />}
    </article>
  );
}

function Acts({ replay, again }: Props) {
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    await attempt(work);
    setBusy(false);
    again();
  };
  if (replay.state === "done") return null;
  const running = replay.state === "running";
  const work = () => (running ? replays.cancel(replay.id) : replays.resume(replay.id));
  return (
    <Button disabled={busy} onClick={() => void act(work)}>
      {running ? words.cancel : words.resume}
    </Button>
  );
}

function Result({ replay }: { replay: Replay }) {
  const differ = replay.tables.filter(({ equal }) => !equal).length;
  return (
    <>
      <p>{differ === 0 ? words.allEqual : words.differ(differ)}</p>
      <ComparedTables tables={replay.tables} built={words.replayed} />
    </>
  );
}
