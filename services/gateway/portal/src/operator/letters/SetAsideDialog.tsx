/** `alertdialog "Set this record aside?"`: for good, and only with a note why. */
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogActions, Field } from "../../kit/Dialog";
import kit from "../../kit/kit.module.css";
import { strings } from "../../strings";
import { attempt } from "../attempt";
import css from "../work.module.css";
import { letters } from "./api";
import { words } from "./words";

const LONGEST_NOTE = 500;

export function SetAsideDialog(props: { id: string; close: () => void; done: () => void }) {
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    const asked = () => letters.setAside(props.id, note.trim());
    if (await attempt(asked, words.wasSetAside)) props.done();
    else setBusy(false);
  };
  return (
    <Dialog alert title={words.askSetAside} lead={words.setAsideText} onClose={props.close}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim() && !busy) void send();
        }}
      >
        <Field label={words.note} hint={words.noteHint}>
          <input
            className={kit.input}
            data-autofocus
            maxLength={LONGEST_NOTE}
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </Field>
        <DialogActions>
          <Button onClick={props.close}>{strings.cancel}</Button>
          <Button kind="danger" submit disabled={busy || !note.trim()}>
            {words.setAside}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
