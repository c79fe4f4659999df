/** Choosing people: a list of checkboxes, with a filter where it is long. */
import { useId, useState } from "react";
import { Avatar } from "../kit/bits";
import kit from "../kit/kit.module.css";
import { world } from "../sync/store";
import css from "./admin.module.css";
import { words } from "./words";

const MANY = 8;

export function nameOf(id: string): string {
  return world.people.get(id)?.name ?? id;
}

export function everybody(): { id: string; name: string; dial: string }[] {
  return [...world.people.values()].sort((a, b) => a.name.localeCompare(b.name));
}

interface PeopleProps {
  legend: string;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

export function People({ legend, chosen, onChange }: PeopleProps) {
  const [filter, setFilter] = useState("");
  const id = useId();
  const people = everybody();
  const wanted = filter.trim().toLowerCase();
  const shown = people.filter(
    ({ name, dial }) => name.toLowerCase().includes(wanted) || dial.startsWith(wanted),
  );
  const toggle = (person: string, on: boolean) =>
    onChange(on ? [...chosen, person] : chosen.filter((other) => other !== person));
  return (
    <fieldset className={css.people} aria-describedby={id}>
      <legend>{legend}</legend>
      <small id={id}>{words.chosen(chosen.length)}</small>
      {people.length > MANY && (
        <input
          className={kit.input}
          type="search"
          aria-label={`${legend}: ${words.filterPeople}`}
          placeholder={words.filterPeople}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <div className={css.peopleList}>
        {shown.map((person) => (
          <label key={person.id}>
            <input
              type="checkbox"
              checked={chosen.includes(person.id)}
              onChange={(event) => toggle(person.id, event.currentTarget.checked)}
            />
            <Avatar id={person.id} name={person.name} size="tiny" />
            <span>{person.name}</span>
            <small>{person.dial}</small>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
