/** `dialog "Internal note"`: words among colleagues, who are called in by `@` and their name. */
import { useRef, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { failureOf } from "../sync/gateway";
import { refreshWindow } from "../sync/reading";
import { world } from "../sync/store";
import { desk } from "./api";
import css from "./desk.module.css";
import { words } from "./words";

const LONGEST = 2_000;

export function NoteDialog({
  conversation,
  close,
}: {
  conversation: Conversation;
  close: () => void;
}) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const agents = world.queues.get(conversation.queue?.id ?? "")?.agents ?? [];
  const others = agents.filter((agent) => agent.id !== world.me?.id);
  const mentioned = others.filter(({ name }) => text.includes(`@${name}`));
  const mention = (name: string) => {
    const at = field.current?.selectionStart ?? text.length;
    const before = text.slice(0, at).replace(/@[^\s@]*$/, "");
    setText(`${before}@${name} ${text.slice(at)}`);
    field.current?.focus();
  };
  const save = async () => {
    setBusy(true);
    try {
      await desk.note(
        conversation,
        text.trim(),
        mentioned.map(({ id }) => id),
      );
      void refreshWindow(conversation.id);
      close();
    } catch (error) {
      setWhy(failureOf(error).text || words.didNot);
    }
    setBusy(false);
  };
  return (
    <Dialog title={words.noteTitle} lead={words.noteLead} onClose={close}>
      <Field label={words.note} hint={words.noteHint} error={why}>
        <textarea
          ref={field}
          className={kit.input}
          rows={4}
          dir="auto"
          maxLength={LONGEST}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
      </Field>
      {others.length > 0 && (
        <ul className={css.chips} aria-label={words.mentions}>
          {others.map(({ id, name }) => (
            <li key={id}>
              <Button small label={words.mention(name)} onClick={() => mention(name)}>
                @{name}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <DialogActions>
        <Button onClick={close}>{words.cancel}</Button>
        <Button kind="primary" disabled={busy || text.trim() === ""} onClick={() => void save()}>
          {words.saveNote}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
