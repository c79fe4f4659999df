/** What the list is narrowed to: kind, number, queue, person, days. */
import { Button } from "../kit/Button";
import kit from "../kit/kit.module.css";
import { world } from "../sync/store";
import { useTopic } from "../sync/topics";
import { EVERYTHING, type Sifted } from "./api";
import css from "./history.module.css";
import { words } from "./words";

interface FiltersProps {
  sifted: Sifted;
  change: (sifted: Sifted) => void;
}

export function Filters({ sifted, change }: FiltersProps) {
  useTopic("me");
  useTopic("people");
  useTopic("queues");
  const put = (some: Partial<Sifted>) => {
    const now = { ...sifted, ...some };
    const nothing = Object.values(now).every((value) => value === "");
    change(nothing ? EVERYTHING : now);
  };
  const people = [...world.people.values()].sort((a, b) => a.name.localeCompare(b.name));
  const queues = [...world.queues.values()].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <fieldset className={css.filters}>
      <legend>{words.filters}</legend>
      <Choice
        label={words.kind}
        value={sifted.kind}
        all={words.kinds.all}
        choices={(["direct", "group", "sms"] as const).map((id) => [id, words.kinds[id]])}
        choose={(kind) => put({ kind: kind as Sifted["kind"] })}
      />
      {world.numbers.length > 0 && (
        <Choice
          label={words.number}
          value={sifted.number}
          all={words.allNumbers}
          choices={world.numbers.map((one) => [one.number, one.label ?? one.display])}
          choose={(number) => put({ number })}
        />
      )}
      {queues.length > 0 && (
        <Choice
          label={words.queue}
          value={sifted.queue}
          all={words.allQueues}
          choices={queues.map((one) => [one.id, one.name])}
          choose={(queue) => put({ queue })}
        />
      )}
      <Choice
        label={words.person}
        value={sifted.person}
        all={words.everybody}
        choices={people.map((one) => [one.id, one.name])}
        choose={(person) => put({ person })}
      />
      <Day label={words.from} value={sifted.from} most={sifted.to} put={(from) => put({ from })} />
      <Day label={words.to} value={sifted.to} least={sifted.from} put={(to) => put({ to })} />
      {sifted !== EVERYTHING && <Button onClick={() => change(EVERYTHING)}>{words.clear}</Button>}
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  all: string;
  choices: (readonly [string, string])[];
  choose: (value: string) => void;
}

function Choice({ label, value, all, choices, choose }: ChoiceProps) {
  return (
    <select
      className={kit.input}
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="">{all}</option>
      {choices.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface DayProps {
  label: string;
  value: string;
  least?: string;
  most?: string;
  put: (value: string) => void;
}

function Day({ label, value, least, most, put }: DayProps) {
  return (
    <label className={css.day}>
      {label}
      <input
        className={kit.input}
        type="date"
        value={value}
        min={least || undefined}
        max={most || undefined}
        // What stands between is no day yet, or one before the other: nothing is asked for it.
        onChange={({ currentTarget }) => currentTarget.validity.valid && put(currentTarget.value)}
      />
    </label>
  );
}
