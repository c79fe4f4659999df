/** `dialog "Add participants"`: teammates by name, others by number; who gets texts is said first. */
import { useState } from "react";
import type { Conversation, Person } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Avatar } from "../kit/bits";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { world } from "../sync/store";
import { addParticipants } from "./api";
import { useTrying } from "./GroupDialogs";
import css from "./groups.module.css";
import { words } from "./words";

const FULL_NUMBER = /^\+[1-9]\d{6,14}$/;

/** As many as are seen at a glance. */
const FEW = 8;

interface AddProps {
  conversation: Conversation;
  close: () => void;
}

export function AddDialog({ conversation, close }: AddProps) {
  const [chosen, choose] = useState<string[]>([]);
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [trouble, tried, busy] = useTrying(close);
  const written = numbersIn(typed);
  const outside = written.filter((one) => FULL_NUMBER.test(plain(one)));
  const add = () => {
    const bad = written.find((one) => !FULL_NUMBER.test(plain(one)));
    const to = [...chosen, ...outside.map(plain)];
    const found = bad ? words.badNumber(bad) : to.length === 0 ? words.nobody : null;
    setWrong(found);
    const from = conversation.number?.number ?? world.numbers[0]?.number ?? null;
    if (found === null) void tried(addParticipants(conversation.id, to, from));
  };
  return (
    <Dialog title={words.add} lead={words.addLead} onClose={close}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Colleagues conversation={conversation} chosen={chosen} choose={choose} />
        {(world.numbers.length > 0 || conversation.number) && (
          <Field label={words.outside} hint={words.outsideHint} error={wrong}>
            <input
              className={kit.input}
              inputMode="tel"
              autoComplete="off"
              placeholder="+1 415 555 0199"
              value={typed}
              aria-invalid={wrong ? "true" : undefined}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </Field>
        )}
        {outside.length > 0 && (
          <p role="status" className={css.warning}>
            {words.willGetTexts(new Intl.ListFormat(strings.lang).format(outside))}
          </p>
        )}
        {trouble && (
          <p role="alert" className={kit.error}>
            {trouble}
          </p>
        )}
        <DialogActions>
          <Button onClick={close}>{strings.cancel}</Button>
          <Button submit kind="primary" disabled={busy}>
            {words.addIt}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface ColleaguesProps {
  conversation: Conversation;
  chosen: string[];
  choose: (ids: string[]) => void;
}

function Colleagues({ conversation, chosen, choose }: ColleaguesProps) {
  const [wanted, want] = useState("");
  const inside = new Set(conversation.members.map((member) => member.id));
  const others = [...world.people.values()]
    .filter((person) => !inside.has(person.id))
    .sort((a, b) => a.name.localeCompare(b.name));
  if (others.length === 0) return <p>{words.everybodyIsIn}</p>;
  const found = others.filter((person) => matches(person, wanted) || chosen.includes(person.id));
  const toggle = (id: string) =>
    choose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <fieldset className={css.colleagues}>
      <legend>{words.colleagues}</legend>
      {others.length > FEW && (
        <input
          type="search"
          className={kit.input}
          aria-label={words.find}
          placeholder={words.find}
          value={wanted}
          data-autofocus
          onInput={(event) => want(event.currentTarget.value)}
        />
      )}
      <div>
        {found.map((person) => (
          <label key={person.id}>
            <input
              type="checkbox"
              aria-label={person.name}
              checked={chosen.includes(person.id)}
              onChange={() => toggle(person.id)}
            />
            <Avatar id={person.id} name={person.name} size="small" online={person.online} />
            <span>{person.name}</span>
            <small>{person.dial}</small>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function matches({ name, dial }: Person, wanted: string): boolean {
  const words = wanted.trim().toLocaleLowerCase();
  return name.toLocaleLowerCase().includes(words) || dial.startsWith(words);
}

function numbersIn(typed: string): string[] {
  return typed
    .split(/[,;\n]/)
    .map((one) => one.trim())
    .filter(Boolean);
}

function plain(number: string): string {
  return number.replace(/[\s().-]/g, "");
}
