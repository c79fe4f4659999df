/** One set of projections: its figures, how its building goes, its comparison, its buttons. */
import { useState } from "react";
import { Button } from "../../kit/Button";
import { exactTime, whenWords } from "../../kit/time";
import { strings } from "../../strings";
import { attempt } from "../attempt";
import { ComparedTables, short } from "../ComparedTables";
import css from "../work.module.css";
import { type ProjectionSet, projections } from "./api";
import { SwitchDialog } from "./SwitchDialog";
import { words } from "./words";

const numbers = new Intl.NumberFormat(strings.lang);

interface Props {
  set: ProjectionSet;
  again: () => void;
}

export function ProjectionSetCard({ set, again }: Props) {
  const state = stateOf(set);
  return (
    <article className={css.set} data-set={set.name} aria-label={set.name}>
      <header>
        <h2>
          {set.name}
          <span className={css.state} data-state={state}>
            {words.states[state]}
          </span>
        </h2>
        <Acts set={set} again={again} />
      </header>
      <Figures set={set} />
      <Building set={set} />
      <Compared set={set} />
    </article>
  );
}

/** A set that was built and is not let serve by itself is one that differs. */
function stateOf(set: ProjectionSet): keyof typeof words.states {
  if (set.state !== "building") return set.state;
  const built = set.rebuild?.state;
  if (built === "done") return "differs";
  return built === undefined || built === "running" ? "building" : built;
}

function Figures({ set }: { set: ProjectionSet }) {
  const figures: [string, string][] = [
    [words.version, `${set.version}`],
    [words.checkpoint, words.facts(numbers.format(set.checkpoint))],
    [words.lag, words.facts(numbers.format(set.lag))],
  ];
  return (
    <dl className={css.facts}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>{words.hash}</dt>
        <dd className={set.hash ? css.hash : undefined} title={set.hash ?? undefined}>
          {(set.hash && short(set.hash)) ?? words.noHash}
        </dd>
      </div>
      <div>
        <dt>{words.made}</dt>
        <dd>
          <time dateTime={set.made_at} title={exactTime(set.made_at)}>
            {whenWords(set.made_at)}
          </time>
        </dd>
      </div>
    </dl>
  );
}

function Building({ set }: { set: ProjectionSet }) {
  const job = set.rebuild;
  const shown = job?.state === "running" || (job?.state === "done" && set.state !== "serving");
  if (!job || !shown) return null;
  return (
    <div className={css.progress}>
      <progress
        aria-label={words.progress(set.name)}
        max={Math.max(job.total, 1)}
        value={job.total ? job.done : undefined}
      />
      <span>
        {numbers.format(job.done)} / {words.facts(numbers.format(job.total))}
      </span>
      {job.facts_per_second !== null && (
        <span>{words.pace(numbers.format(job.facts_per_second))}</span>
      )}
      {job.seconds_left !== null && <span>{words.left(job.seconds_left)}</span>}
    </div>
  );
}

function Compared({ set }: { set: ProjectionSet }) {
  if (set.tables.length === 0 || set.state === "serving") return null;
  const unequal = set.tables.filter(({ equal }) => !equal).map(({ name }) => name);
  return (
    <>
      <p className={set.equal ? undefined : css.note}>
        {set.equal ? words.equal : words.differs(unequal.join(", "))}
      </p>
      <ComparedTables tables={set.tables} built={words.built} />
    </>
  );
}

function Acts({ set, again }: Props) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const act = async (work: () => Promise<unknown>, done?: string) => {
    setBusy(true);
    await attempt(work, done);
    setBusy(false);
    again();
  };
  if (set.state === "serving") return null;
  if (set.rebuild?.state === "running")
    return (
      <Button disabled={busy} onClick={() => void act(() => projections.cancel(set.name))}>
        {words.cancel}
      </Button>
    );
  const whole = set.state !== "building" || set.rebuild?.state === "done";
  return (
    <span className={css.acts}>
      {whole && set.state !== "building" && (
        <Button disabled={busy} onClick={() => void act(() => projections.compare(set.name))}>
          {words.compare}
        </Button>
      )}
      {whole && (
        <Button kind="primary" disabled={busy} onClick={() => setAsking(true)}>
          {set.state === "previous" ? words.rollBack : words.switchTo}
        </Button>
      )}
      <Button
        kind="danger"
        disabled={busy}
        onClick={() => void act(() => projections.discard(set.name), words.discarded(set.name))}
      >
        {words.discard}
      </Button>
      {asking && (
        <SwitchDialog
          set={set}
          close={() => {
            setAsking(false);
            again();
          }}
        />
      )}
    </span>
  );
}
