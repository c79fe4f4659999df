/** `alertdialog "Delete Support?"`: what is open in it goes to another queue, which is asked for. */
import { useState } from "react";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import { type AdminQueue, admin } from "./api";
import { attempt } from "./found";
import { words } from "./words";

interface Props {
  queue: AdminQueue;
  others: AdminQueue[];
  close: () => void;
  gone: () => void;
}

export function DeleteQueueDialog({ queue, others, close, gone }: Props) {
  const [to, setTo] = useState(others[0]?.id ?? "");
  const [busy, setBusy] = useState(false);
  const open = queue.waiting_count + queue.held_count;
  const led = queue.numbers.map(({ display }) => display).join(", ");
  const stuck = led ? words.stillLed(led) : open > 0 && !to ? words.noOtherQueue(open) : null;
  const remove = async () => {
    setBusy(true);
    const asked = () => admin.deleteQueue(queue.id, open > 0 ? to : undefined);
    if (await attempt(asked, words.queueGone(queue.name))) gone();
    else close();
  };
  return (
    <Dialog
      alert
      title={words.askDeleteQueue(queue.name)}
      lead={stuck ?? words.deleteQueueText}
      onClose={close}
    >
      {!stuck && open > 0 && (
        <Field label={words.openGoTo(open)}>
          <select
            className={kit.input}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          >
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      )}
      <DialogActions>
        <Button onClick={close}>{stuck ? words.understood : strings.cancel}</Button>
        {!stuck && (
          <Button kind="danger" disabled={busy} onClick={() => void remove()}>
            {words.deleteQueue}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
