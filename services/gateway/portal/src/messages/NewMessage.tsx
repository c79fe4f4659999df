/** `form "New message"`: a text to a number, a chat with a teammate, or a named group. */
import { ArrowLeft } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { Button, IconButton } from "../kit/Button";
import { Avatar } from "../kit/bits";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { NARROW, useMedia } from "../kit/time";
import { strings } from "../strings";
import { failureOf, gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import { wantFocus } from "./claiming";
import css from "./new.module.css";

type Kind = "sms" | "direct" | "group";
const FULL_NUMBER = /^\+[1-9]\d{6,14}$/;
const KINDS: Kind[] = ["sms", "direct", "group"];

export default function NewMessage() {
  const [, go] = useLocation();
  const narrow = useMedia(NARROW);
  const heading = useRef<HTMLHeadingElement>(null);
  const kinds = KINDS.filter((name) => name !== "sms" || world.numbers.length > 0);
  const [kind, setKind] = useState<Kind>(kinds[0] ?? "direct");
  const [number, setNumber] = useState("");
  const [from, setFrom] = useState(world.numbers[0]?.number ?? "");
  const [chosen, choose] = useState<string[]>([]);
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => heading.current?.focus(), []);
  const start = async () => {
    const to = kind === "sms" ? [number.replace(/[\s().-]/g, "")] : chosen;
    const wrong = troubleWith(kind, to);
    setTrouble(wrong);
    if (wrong) return;
    setBusy(true);
    try {
      const extra =
        kind === "sms" ? { from } : kind === "group" && name.trim() ? { name: name.trim() } : {};
      const conversation = await gateway.start({ kind, to, ...extra });
      if ("id" in conversation) {
        putConversation(conversation);
        wantFocus(conversation.id);
        go(pathTo.conversation(conversation.id));
      }
    } catch (error) {
      setTrouble(failureOf(error).text || strings.couldNotStart);
    }
    setBusy(false);
  };
  return (
    <main className={css.page} id="conversation" aria-label={strings.newTitle}>
      <header>
        {narrow && (
          <IconButton label={strings.back} onClick={() => go(pathTo.messages)}>
            <ArrowLeft size={20} aria-hidden />
          </IconButton>
        )}
        {narrow ? (
          <h1 ref={heading} tabIndex={-1}>
            {strings.newTitle}
          </h1>
        ) : (
          <h2 ref={heading} tabIndex={-1}>
            {strings.newTitle}
          </h2>
        )}
      </header>
      <form
        aria-label={strings.newTitle}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <KindChoice kinds={kinds} kind={kind} change={setKind} />
        {kind === "group" && (
          <Field label={strings.groupName}>
            <input
              className={kit.input}
              value={name}
              maxLength={80}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </Field>
        )}
        {kind === "sms" && (
          <Field label={strings.toNumber} error={trouble}>
            <input
              className={kit.input}
              type="tel"
              autoComplete="off"
              placeholder="+1 415 555 0199"
              value={number}
              aria-invalid={trouble ? "true" : undefined}
              onInput={(event) => setNumber(event.currentTarget.value)}
            />
          </Field>
        )}
        {kind === "sms" && world.numbers.length > 1 && (
          <Field label={strings.as}>
            <select
              className={kit.input}
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
            >
              {world.numbers.map((own) => (
                <option key={own.number} value={own.number}>
                  {own.label ? `${own.display} – ${own.label}` : own.display}
                </option>
              ))}
            </select>
          </Field>
        )}
        {kind !== "sms" && (
          <People many={kind === "group"} chosen={chosen} choose={choose} trouble={trouble} />
        )}
        <div className={css.actions}>
          <Button onClick={() => go(pathTo.messages)}>{strings.cancel}</Button>
          <Button submit kind="primary" disabled={busy}>
            {strings.startChat}
          </Button>
        </div>
      </form>
    </main>
  );
}

function KindChoice({
  kinds,
  kind,
  change,
}: {
  kinds: Kind[];
  kind: Kind;
  change: (kind: Kind) => void;
}) {
  return (
    <fieldset className={css.kinds}>
      <legend>{strings.kind}</legend>
      {kinds.map((name) => (
        <label key={name}>
          <input type="radio" name="kind" checked={name === kind} onChange={() => change(name)} />
          <span>{strings.kinds[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface PeopleProps {
  many: boolean;
  chosen: string[];
  choose: (ids: string[]) => void;
  trouble: string | null;
}

function People({ many, chosen, choose, trouble }: PeopleProps) {
  const people = [...world.people.values()]
    .filter((person) => person.id !== world.me?.id)
    .sort((a, b) => a.name.localeCompare(b.name));
  const toggle = (id: string) => {
    if (!many) choose([id]);
    else choose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  };
  return (
    <fieldset className={css.people}>
      <legend>{many ? strings.members : strings.toPerson}</legend>
      {people.map((person) => (
        <label key={person.id}>
          <Avatar id={person.id} name={person.name} size="small" online={person.online} />
          <span>{person.name}</span>
          <small>{person.dial}</small>
          <input
            type={many ? "checkbox" : "radio"}
            name="person"
            aria-label={person.name}
            checked={chosen.includes(person.id)}
            onChange={() => toggle(person.id)}
          />
        </label>
      ))}
      {trouble && (
        <small className={kit.error} role="alert">
          {trouble}
        </small>
      )}
    </fieldset>
  );
}

function troubleWith(kind: Kind, to: string[]): string | null {
  if (kind === "sms") return FULL_NUMBER.test(to[0] ?? "") ? null : strings.badNumber;
  return to.length === 0 ? strings.nobody : null;
}
