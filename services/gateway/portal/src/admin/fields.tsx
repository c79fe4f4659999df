/** Small fields of the forms: a switch with its words, a span of time with its unit. */
import { useId } from "react";
import { Switch } from "../kit/bits";
import kit from "../kit/kit.module.css";
import css from "./admin.module.css";
import { words } from "./words";

interface CheckProps {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}

export function Check({ label, hint, checked, onChange }: CheckProps) {
  return (
    <div className={css.check}>
      <Switch label={label} checked={checked} onChange={onChange} />
      <span aria-hidden="true">
        {label}
        {hint && <small>{hint}</small>}
      </span>
    </div>
  );
}

const UNITS = [86_400, 3_600, 60, 1] as const;

function unitFor(seconds: number): (typeof UNITS)[number] {
  return UNITS.find((unit) => seconds % unit === 0) ?? 1;
}

interface SpanProps {
  label: string;
  seconds: number | null;
  /** What it is when it is switched on; absent: it cannot be off. */
  usual?: number;
  onChange: (seconds: number | null) => void;
}

/** So many seconds, minutes, hours or days, or off; from 1 second to 30 days. */
export function Span({ label, seconds, usual, onChange }: SpanProps) {
  const id = useId();
  const unit = unitFor(seconds ?? usual ?? 60);
  const off = seconds === null;
  return (
    <div className={css.span}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={kit.input}
        type="number"
        inputMode="numeric"
        min={1}
        max={(30 * 86_400) / unit}
        required={!off}
        disabled={off}
        aria-describedby={`${id}r`}
        value={off ? "" : seconds / unit}
        onInput={(event) => {
          const given = event.currentTarget.valueAsNumber;
          if (given > 0) onChange(Math.round(given * unit));
        }}
      />
      <select
        className={kit.input}
        aria-label={words.unitOf(label)}
        disabled={off}
        value={unit}
        onChange={(event) =>
          onChange(
            Math.max(1, Math.round((seconds ?? 0) / unit)) * Number(event.currentTarget.value),
          )
        }
      >
        {UNITS.map((one) => (
          <option key={one} value={one}>
            {words.units[one]}
          </option>
        ))}
      </select>
      {usual !== undefined && (
        <label>
          <input
            type="checkbox"
            aria-label={words.offOf(label)}
            checked={off}
            onChange={(event) => onChange(event.currentTarget.checked ? null : usual)}
          />
          {words.isOff}
        </label>
      )}
      <small id={`${id}r`}>{words.range}</small>
    </div>
  );
}

interface TextProps {
  label: string;
  value: string | null | undefined;
  onChange: (value: string) => void;
  type?: "text" | "date" | "time";
  required?: boolean;
}

/** A field whose name is for the ear alone: the eye has a column's or the line's. */
export function Bare({ label, value, onChange, type = "text", required }: TextProps) {
  return (
    <input
      className={kit.input}
      aria-label={label}
      type={type}
      required={required}
      value={value ?? ""}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}
