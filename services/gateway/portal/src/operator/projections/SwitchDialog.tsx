/** `alertdialog "Switch to gateway_v2?"`: its name is typed, for everybody's page loads anew. */
import { useState } from "react";
import { Button } from "../../kit/Button";
import { Dialog, DialogActions, Field } from "../../kit/Dialog";
import kit from "../../kit/kit.module.css";
import { strings } from "../../strings";
import { attempt } from "../attempt";
import css from "../work.module.css";
import { type ProjectionSet, projections } from "./api";
import { words } from "./words";

export function SwitchDialog({ set, close }: { set: ProjectionSet; close: () => void }) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const back = set.state === "previous";
  const differs = set.state === "building";
  const send = async () => {
    setBusy(true);
    const asked = () => projections.serve(set.name, typed, differs);
    if (await attempt(asked, words.serves(set.name))) close();
    else setBusy(false);
  };
  return (
    <Dialog
      alert
      title={back ? words.askRollBack(set.name) : words.askSwitch(set.name)}
      lead={words.switchText}
      onClose={close}
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === set.name && !busy) void send();
        }}
      >
        {differs && <p className={css.note}>{words.anywayText}</p>}
        <Field label={words.typeName(set.name)}>
          <input
            className={kit.input}
            data-autofocus
            autoComplete="off"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </Field>
        <DialogActions>
          <Button onClick={close}>{strings.cancel}</Button>
          <Button kind="primary" submit disabled={busy || typed !== set.name}>
            {back ? words.rollBack : words.switchTo}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
