/** The replay wizard: a range, a pace, a dry run that says what leaves, and what came of replays. */
import { useEffect, useState } from "react";
import { useAnswer } from "../../desk/useAnswer";
import { Button } from "../../kit/Button";
import { Empty, Failed, Skeleton } from "../../kit/bits";
import { Field } from "../../kit/Dialog";
import kit from "../../kit/kit.module.css";
import { strings } from "../../strings";
import { attempt } from "../attempt";
import css from "../work.module.css";
import { type Plan, type Range, replays } from "./api";
import { ReplayCard } from "./ReplayCard";
import { words } from "./words";

const LOOK_MS = 2_000;
const IDLE_MS = 15_000;
const MOST_PACE = 10_000;
const numbers = new Intl.NumberFormat(strings.lang);
const FIRST: Range = { first: 1, last: 1_000, pace: 1_000 };

export default function ReplayWizard() {
  const { value, failed, again } = useAnswer(replays.list);
  const running = value?.some(({ state }) => state === "running") ?? false;
  useEffect(() => {
    const timer = setInterval(() => document.hidden || again(), running ? LOOK_MS : IDLE_MS);
    return () => clearInterval(timer);
  }, [running, again]);
  return (
    <section className={css.section} aria-label={words.replay}>
      <div className={css.bar}>
        <p>{words.lead}</p>
      </div>
      <Wizard running={running} started={again} />
      {failed && !value && <Failed text={words.couldNot} again={again} />}
      {!failed && !value && <Skeleton rows={4} />}
      {value?.length === 0 && <Empty title={words.none} />}
      {value?.map((one) => (
        <ReplayCard key={one.id} replay={one} again={again} />
      ))}
    </section>
  );
}

function Wizard({ running, started }: { running: boolean; started: () => void }) {
  const [range, setRange] = useState(FIRST);
  const [plan, setPlan] = useState<Plan | null>(null);
  const set = (field: keyof Range) => (text: string) => {
    setRange({ ...range, [field]: Number(text) });
    setPlan(null);
  };
  const look = () => attempt(async () => setPlan(await replays.plan(range)));
  const start = async () => {
    if (await attempt(() => replays.start(range))) setPlan(null);
    started();
  };
  return (
    <form
      className={css.wizard}
      aria-label={words.wizard}
      onSubmit={(event) => {
        event.preventDefault();
        void look();
      }}
    >
      <NumberField label={words.first} value={range.first} set={set("first")} />
      <NumberField label={words.last} value={range.last} set={set("last")} />
      <NumberField label={words.pace} value={range.pace ?? 1} most={MOST_PACE} set={set("pace")} />
      <Button submit>{words.dryRun}</Button>
      <Button kind="primary" disabled={running || plan === null} onClick={() => void start()}>
        {words.start}
      </Button>
      <p role="status">
        {plan && (
          <>
            <strong>{words.summary(plan.texts, plan.pushes, plan.calls)}</strong>
            <small>{words.reads(numbers.format(plan.facts), plan.seconds)}</small>
          </>
        )}
      </p>
    </form>
  );
}

interface NumberFieldProps {
  label: string;
  value: number;
  most?: number;
  set: (text: string) => void;
}

function NumberField({ label, value, most, set }: NumberFieldProps) {
  return (
    <Field label={label}>
      <input
        className={kit.input}
        type="number"
        required
        min={1}
        max={most}
        value={value || ""}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </Field>
  );
}
