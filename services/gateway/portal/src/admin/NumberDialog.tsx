/** Everything about one number: taken into use, or changed. */
import { useState } from "react";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { strings } from "../strings";
import css from "./admin.module.css";
import { type AdminNumber, type AdminQueue, admin } from "./api";
import { Check } from "./fields";
import { attempt } from "./found";
import { People } from "./People";
import { words } from "./words";

interface NumberDialogProps {
  known: AdminNumber | null;
  queues: AdminQueue[];
  waiting: string | null;
  put: (changed: AdminNumber | null) => void;
  close: () => void;
}

export function NumberDialog({ known, queues, waiting, put, close }: NumberDialogProps) {
  const first = waiting ? [waiting] : [];
  const [number, setNumber] = useState("");
  const [label, setLabel] = useState(known?.label ?? "");
  const [tollFree, setTollFree] = useState(known?.toll_free ?? false);
  const [accounts, setAccounts] = useState(known?.accounts.join(", ") ?? "");
  const [kind, setKind] = useState<"extensions" | "queue">(known?.route.kind ?? "extensions");
  const [extensions, setExtensions] = useState(known?.route.extensions ?? first);
  const [queue, setQueue] = useState(known?.route.queue_id ?? queues[0]?.id ?? "");
  const [callers, setCallers] = useState(known?.callers ?? first);
  const save = async () => {
    const route = {
      kind,
      extensions: kind === "extensions" ? extensions : [],
      queue_id: kind === "queue" ? queue : null,
    };
    const body = {
      label: label.trim() || null,
      toll_free: tollFree,
      accounts: accounts
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean),
      route,
      callers,
    };
    const done = await attempt(async () => {
      put(
        known
          ? await admin.changeNumber(known.number, body)
          : await admin.addNumber({ ...body, number: number.replace(/[^+\d]/g, "") }),
      );
    }, words.saved);
    if (done) close();
  };
  return (
    <Dialog title={known ? known.display : words.addNumber} onClose={close}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!known && (
          <Field label={words.number} hint={words.numberHint}>
            <input
              className={kit.input}
              type="tel"
              required
              value={number}
              onInput={(event) => setNumber(event.currentTarget.value)}
            />
          </Field>
        )}
        <Field label={words.label} hint={words.labelHint}>
          <input
            className={kit.input}
            maxLength={100}
            value={label}
            onInput={(event) => setLabel(event.currentTarget.value)}
          />
        </Field>
        <Field label={words.carrier} hint={words.carrierHint}>
          <input
            className={kit.input}
            required
            value={accounts}
            onInput={(event) => setAccounts(event.currentTarget.value)}
          />
        </Field>
        <Check
          label={words.tollFree}
          hint={words.tollFreeHint}
          checked={tollFree}
          onChange={setTollFree}
        />
        <fieldset className={css.choice}>
          <legend>{words.routedTo}</legend>
          {(["extensions", "queue"] as const).map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="kind"
                checked={kind === one}
                disabled={one === "queue" && queues.length === 0}
                onChange={() => setKind(one)}
              />
              {one === "queue" ? words.toQueue : words.toExtensions}
            </label>
          ))}
        </fieldset>
        {kind === "extensions" ? (
          <People legend={words.routedTo} chosen={extensions} onChange={setExtensions} />
        ) : (
          <Field label={words.toQueue}>
            <select
              className={kit.input}
              value={queue}
              onChange={(event) => setQueue(event.currentTarget.value)}
            >
              {queues.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
        )}
        <People legend={words.callers} chosen={callers} onChange={setCallers} />
        <DialogActions>
          <Button onClick={close}>{strings.cancel}</Button>
          <Button kind="primary" submit>
            {words.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
