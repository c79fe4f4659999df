/** `dialog "Send later"`: a time that people mean, or one of their own. */
import { useState } from "react";
import { Button } from "../kit/Button";
import { Dialog, DialogActions, Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import { clockTime, whenWords } from "../kit/time";
import { strings } from "../strings";
import { clock } from "../sync/clock";
import { failureOf } from "../sync/gateway";
import { notice } from "../sync/toasts";
import { plan } from "./api";
import { loadPlans } from "./plans";
import css from "./scheduled.module.css";
import { choicesAt, localTime } from "./times";
import { words } from "./words";

interface ScheduleProps {
  conversation: string;
  text: string;
  /** It is planned: the field may be emptied. */
  done: () => void;
  close: () => void;
}

const ANOTHER = -1;

export default function ScheduleDialog({ conversation, text, done, close }: ScheduleProps) {
  const [choices] = useState(() => choicesAt(clock.now()));
  const [chosen, choose] = useState(0);
  const [own, setOwn] = useState(() => localTime(choices[1]?.at ?? new Date(clock.now())));
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const schedule = async () => {
    const at = choices[chosen]?.at ?? new Date(own);
    // `!` for a field that was emptied too: no time is not later than now.
    if (!(at.getTime() > clock.now())) return setTrouble(words.past);
    setBusy(true);
    try {
      await plan(conversation, text, at);
      notice({ kind: "status", text: words.scheduled(whenWords(at.toISOString())) });
      void loadPlans(conversation);
      done();
      close();
    } catch (error) {
      setTrouble(failureOf(error).text || strings.didNotWork);
      setBusy(false);
    }
  };
  return (
    <Dialog title={words.title} lead={words.lead} onClose={close}>
      <form
        className={css.form}
        // A time that has passed is told in our words, at the field.
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void schedule();
        }}
      >
        <fieldset className={css.choices}>
          <legend className={kit.hidden}>{words.choices}</legend>
          {choices.map(({ label, at }, index) => (
            <Choice
              key={label}
              label={label}
              time={index === 0 ? clockTime(at.toISOString()) : whenWords(at.toISOString())}
              checked={chosen === index}
              choose={() => choose(index)}
            />
          ))}
          <Choice
            label={words.another}
            checked={chosen === ANOTHER}
            choose={() => choose(ANOTHER)}
          />
        </fieldset>
        {chosen === ANOTHER && (
          <Field label={words.at}>
            <input
              className={kit.input}
              type="datetime-local"
              value={own}
              min={localTime(new Date(clock.now()))}
              aria-invalid={trouble ? "true" : undefined}
              onInput={(event) => setOwn(event.currentTarget.value)}
            />
          </Field>
        )}
        {trouble && (
          <p role="alert" className={kit.error}>
            {trouble}
          </p>
        )}
        <DialogActions>
          <Button onClick={close}>{strings.cancel}</Button>
          <Button submit kind="primary" disabled={busy}>
            {words.schedule}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  time?: string;
  checked: boolean;
  choose: () => void;
}

function Choice({ label, time, checked, choose }: ChoiceProps) {
  return (
    <label>
      <input
        type="radio"
        name="when"
        checked={checked}
        data-autofocus={checked || undefined}
        onChange={choose}
      />
      <span>{label}</span>
      {time && <small>{time}</small>}
    </label>
  );
}
