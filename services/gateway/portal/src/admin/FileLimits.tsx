/** How large and how many files may go along with a message, up to what the system takes. */
import { useState } from "react";
import { Button } from "../kit/Button";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import css from "./admin.module.css";
import type { Organization } from "./api";
import { useSaving } from "./found";
import { words } from "./words";

type Limits = Organization["files"];
/** As the limits are said: decimal. */
const MB = 1_000_000;

interface Props {
  known: Limits;
  most: Limits;
  save: (files: Limits) => Promise<boolean>;
}

export function FileLimits({ known, most, save }: Props) {
  const [files, setFiles] = useState(known);
  const { saving, keep } = useSaving(save);
  const weight = (name: "file_bytes" | "message_bytes") => (
    <Amount
      label={words.fileLimits[name]}
      hint={words.upToMb(most[name] / MB)}
      value={files[name] / MB}
      min={0.1}
      max={most[name] / MB}
      step="any"
      set={(mb) => setFiles({ ...files, [name]: Math.round(mb * MB) })}
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep(files);
      }}
    >
      <fieldset className={css.group} disabled={saving}>
        <legend>{words.fileLimits.title}</legend>
        {weight("file_bytes")}
        {weight("message_bytes")}
        <Amount
          label={words.fileLimits.files}
          hint={words.upToFiles(most.files)}
          value={files.files}
          min={0}
          max={most.files}
          step={1}
          set={(count) => setFiles({ ...files, files: count })}
        />
        <div className={css.row}>
          {(["file_bytes", "message_bytes", "files"] as const).some(
            (name) => known[name] !== most[name],
          ) && (
            <Button small onClick={() => keep(most)}>
              {words.asTheSystem}
            </Button>
          )}
          <Button submit kind="primary" small>
            {words.save}
          </Button>
        </div>
      </fieldset>
    </form>
  );
}

interface AmountProps {
  label: string;
  hint: string;
  value: number;
  min: number;
  max: number;
  step: number | "any";
  set: (value: number) => void;
}

/** A number within bounds; while it is none, the last one stands and the browser says so. */
function Amount({ label, hint, value, set, ...bounds }: AmountProps) {
  const [given, setGiven] = useState(String(value));
  return (
    <Field label={label} hint={hint}>
      <input
        className={kit.input}
        type="number"
        inputMode="decimal"
        required
        {...bounds}
        value={given}
        onInput={(event) => {
          setGiven(event.currentTarget.value);
          const amount = event.currentTarget.valueAsNumber;
          if (!Number.isNaN(amount)) set(amount);
        }}
      />
    </Field>
  );
}
