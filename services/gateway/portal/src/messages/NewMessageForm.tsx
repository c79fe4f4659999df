/** `form "New message"`: to whom, from which number, and under what name if they are several. */
import { useEffect, useRef, useState } from "react";
import { ChipInput } from "../contacts/ChipInput";
import type { Recipient } from "../contacts/recipient";
import { words } from "../contacts/words";
import { Button } from "../kit/Button";
import { TagMark } from "../kit/bits";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { failureOf, gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import css from "./new.module.css";

const GROUP_NAME = 80;
const TAGS = { direct: "CHAT", sms: "SMS", group: "GROUP" };

interface FormProps {
  /** A group was asked for: its name comes first. */
  grouped?: boolean;
  started: (conversation: string) => void;
  cancel: () => void;
}

export function NewMessageForm({ grouped = false, started, cancel }: FormProps) {
  const [chosen, choose] = useState<Recipient[]>([]);
  const [from, setFrom] = useState(world.numbers[0]?.number ?? "");
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const outside = chosen.some((one) => one.outside);
  const kind = grouped ? "group" : kindOf(chosen);
  const tollFree = world.numbers.find((own) => own.number === from)?.toll_free ?? false;
  const tooMany = outside && chosen.length > 1 && tollFree;
  const start = async () => {
    setTrouble(chosen.length === 0 ? words.nobody : null);
    if (chosen.length === 0) return;
    setBusy(true);
    try {
      const conversation = await gateway.start({
        kind,
        to: chosen.map((one) => one.id),
        ...(outside ? { from } : {}),
        ...(kind === "group" && name.trim() ? { name: name.trim() } : {}),
      });
      if ("id" in conversation) {
        putConversation(conversation);
        started(conversation.id);
      }
    } catch (error) {
      setTrouble(failureOf(error).text || strings.couldNotStart);
    }
    setBusy(false);
  };
  const groupName = <GroupName name={name} change={setName} first={grouped} />;
  return (
    <form
      className={css.form}
      aria-label={words.newTitle}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      {grouped && groupName}
      <ChipInput
        chosen={chosen}
        choose={(recipients) => {
          choose(recipients);
          setTrouble(null);
        }}
        texts={world.numbers.length > 0}
        trouble={trouble}
        autoFocus={!grouped}
      />
      {outside && world.numbers.length > 1 && <From from={from} change={setFrom} />}
      {kind === "group" && !grouped && groupName}
      {tooMany && (
        <p role="alert" className={kit.error}>
          {words.tollFree}
        </p>
      )}
      <div className={css.actions}>
        {(grouped || chosen.length > 0) && <TagMark tag={TAGS[kind]} />}
        <Button onClick={cancel}>{strings.cancel}</Button>
        <Button submit kind="primary" disabled={busy || tooMany}>
          {words.startChat}
        </Button>
      </div>
    </form>
  );
}

/** One colleague is a chat, one outside number a text, and several people are a group. */
function kindOf(chosen: Recipient[]): "direct" | "sms" | "group" {
  if (chosen.length > 1) return "group";
  return chosen[0]?.outside ? "sms" : "direct";
}

interface NameProps {
  name: string;
  change: (name: string) => void;
  first: boolean;
}

function GroupName({ name, change, first }: NameProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (first) field.current?.focus(); // who asks for a group is asked for its name first
  }, [first]);
  return (
    <Field label={words.groupName}>
      <input
        ref={field}
        className={kit.input}
        value={name}
        maxLength={GROUP_NAME}
        placeholder={words.groupHint}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </Field>
  );
}

function From({ from, change }: { from: string; change: (number: string) => void }) {
  return (
    <Field label={strings.as}>
      <select
        className={kit.input}
        value={from}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {world.numbers.map((own) => (
          <option key={own.number} value={own.number}>
            {own.label ? `${own.display} – ${own.label}` : own.display}
          </option>
        ))}
      </select>
    </Field>
  );
}
