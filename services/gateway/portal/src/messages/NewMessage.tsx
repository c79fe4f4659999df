/** `form "New message"`: to whom, from which number, and under what name if they are several. */
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import { ChipInput } from "../contacts/ChipInput";
import type { Recipient } from "../contacts/recipient";
import { words } from "../contacts/words";
import { Button, IconButton } from "../kit/Button";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { NARROW, useMedia } from "../kit/time";
import { strings } from "../strings";
import { failureOf, gateway } from "../sync/gateway";
import { putConversation, world } from "../sync/store";
import { wantFocus } from "./claiming";
import css from "./new.module.css";

const GROUP_NAME = 80;

export default function NewMessage() {
  const [, go] = useLocation();
  const narrow = useMedia(NARROW);
  const [chosen, choose] = useState<Recipient[]>([]);
  const [from, setFrom] = useState(world.numbers[0]?.number ?? "");
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const outside = chosen.some((one) => one.outside);
  const kind = kindOf(chosen);
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
        wantFocus(conversation.id);
        go(pathTo.conversation(conversation.id));
      }
    } catch (error) {
      setTrouble(failureOf(error).text || strings.couldNotStart);
    }
    setBusy(false);
  };
  const Title = narrow ? "h1" : "h2";
  return (
    <main className={css.page} id="conversation" aria-label={strings.newTitle}>
      <header>
        {narrow && (
          <IconButton label={strings.back} onClick={() => go(pathTo.messages)}>
            <ArrowLeft size={20} aria-hidden />
          </IconButton>
        )}
        <Title>{strings.newTitle}</Title>
      </header>
      <form
        aria-label={strings.newTitle}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <ChipInput
          chosen={chosen}
          choose={(recipients) => {
            choose(recipients);
            setTrouble(null);
          }}
          texts={world.numbers.length > 0}
          trouble={trouble}
          autoFocus
        />
        {outside && world.numbers.length > 1 && <From from={from} change={setFrom} />}
        {kind === "group" && (
          <Field label={strings.groupName} hint={words.groupHint}>
            <input
              className={kit.input}
              value={name}
              maxLength={GROUP_NAME}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </Field>
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

/** One colleague is a chat, one outside number a text, and several people are a group. */
function kindOf(chosen: Recipient[]): "direct" | "sms" | "group" {
  if (chosen.length > 1) return "group";
  return chosen[0]?.outside ? "sms" : "direct";
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
