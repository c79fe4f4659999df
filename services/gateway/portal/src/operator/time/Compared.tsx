/** Two positions side by side: what is new, gone or otherwise, by queue and conversation. */
import { Button } from "../../kit/Button";
import { Failed, Skeleton } from "../../kit/bits";
import { type Comparison, type Looking, type PastChange, time } from "./api";
import { useLatest } from "./looking";
import { counted } from "./showing";
import css from "./time.module.css";
import { words } from "./words";

interface ComparedProps {
  /** Both positions, in any order, and what they are compared by. */
  one: number;
  other: number;
  of: Looking;
  stop: () => void;
}

export function Compared({ one, other, of, stop }: ComparedProps) {
  const before = Math.min(one, other);
  const after = Math.max(one, other);
  const { queue, conversation } = of;
  const { found, failed, again } = useLatest([before, after, queue, conversation].join(), () =>
    time.compare({ before, after, queue, conversation }),
  );
  return (
    <section className={css.compared} aria-label={words.comparison}>
      <header>
        <h2>{words.comparison}</h2>
        <p>{words.between(counted(before), counted(after))}</p>
        <Button small onClick={stop}>
          {words.stopComparing}
        </Button>
      </header>
      {failed && <Failed text={words.couldNotLoad} again={again} />}
      {!failed && !found && <Skeleton rows={4} />}
      {found && <Differences found={found} />}
    </section>
  );
}

function Differences({ found }: { found: Comparison }) {
  const groups = [
    ...found.queues.map((one) => ({ ...one, title: words.queuePane(one.name) })),
    ...found.conversations.map((one) => ({ ...one, title: words.conversationPane(one.name) })),
  ].filter(({ changes }) => changes.length > 0);
  if (groups.length === 0) return <p className={css.none}>{words.noDifference}</p>;
  return (
    <>
      {found.more && <p className={css.none}>{words.moreDiffers}</p>}
      {groups.map(({ id, title, changes }) => (
        <div key={id} data-id={id}>
          <h3>{title}</h3>
          <ul className={css.changes} aria-label={title}>
            {changes.map((change) => (
              <Changed key={`${change.thing} ${change.id}`} change={change} />
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function Changed({ change }: { change: PastChange }) {
  const { kind, thing, before, after, title } = change;
  const stood =
    kind === "changed" ? words.became(state(before), state(after)) : state(after ?? before);
  return (
    <li data-kind={kind} data-thing={thing}>
      <b>{words[kind]}</b>
      <small>{words.things[thing]}</small>
      <span>{title}</span>
      <small>{stood}</small>
    </li>
  );
}

function state(standing: PastChange["before"]): string {
  if (!standing || standing.state === "there") return "";
  const name = words.states[standing.state] ?? standing.state;
  return standing.by ? words.by(name, standing.by) : name;
}
