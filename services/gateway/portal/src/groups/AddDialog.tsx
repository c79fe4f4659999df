/** `dialog "Add participants"`: by name or number; who will get the group's messages as texts is said. */
import { useState } from "react";
import { ChipInput } from "../contacts/ChipInput";
import type { Recipient } from "../contacts/recipient";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Dialog, DialogActions } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { world } from "../sync/store";
import { addParticipants } from "./api";
import { useTrying } from "./GroupDialogs";
import css from "./groups.module.css";
import { words } from "./words";

interface AddProps {
  conversation: Conversation;
  close: () => void;
}

export function AddDialog({ conversation, close }: AddProps) {
  const [chosen, choose] = useState<Recipient[]>([]);
  const [wrong, setWrong] = useState<string | null>(null);
  const [trouble, tried, busy] = useTrying(close);
  const { members, counterparts } = conversation;
  const inside = [...members.map(({ id }) => id), ...counterparts.map(({ number }) => number)];
  const outside = chosen.filter((one) => one.outside).map((one) => one.title);
  const from = conversation.number?.number ?? world.numbers[0]?.number ?? null;
  const add = () => {
    setWrong(chosen.length === 0 ? words.nobody : null);
    const to = chosen.map(({ id }) => id);
    if (to.length > 0) void tried(addParticipants(conversation.id, to, from));
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
        <ChipInput
          chosen={chosen}
          choose={(recipients) => {
            choose(recipients);
            setWrong(null);
          }}
          texts={from !== null}
          trouble={wrong}
          inside={inside}
          autoFocus
        />
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
