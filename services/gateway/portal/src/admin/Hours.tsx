/** Business hours: by the clocks of a place, with holidays of their own. */
import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../kit/Button";
import { Field } from "../kit/Dialog";
import kit from "../kit/kit.module.css";
import css from "./admin.module.css";
import type { QueueOptions } from "./api";
import { Bare, Check } from "./fields";
import { words } from "./words";

type BusinessHours = NonNullable<QueueOptions["hours"]>;
type Day = BusinessHours["week"][number]["day"];
const DAYS = Object.keys(words.days) as Day[];
const WORKDAYS = DAYS.slice(0, 5);

function usual(): BusinessHours {
  const week = WORKDAYS.map((day) => ({ day, opens: "09:00", closes: "17:00" }));
  return { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, week, holidays: [] };
}

interface HoursProps {
  hours: QueueOptions["hours"];
  onChange: (hours: QueueOptions["hours"]) => void;
}

export function Hours({ hours, onChange }: HoursProps) {
  return (
    <fieldset className={css.group}>
      <legend>{words.hours}</legend>
      <Check
        label={words.hoursOn}
        checked={hours !== null}
        onChange={(on) => onChange(on ? usual() : null)}
      />
      {hours && (
        <>
          <Field label={words.timeZone}>
            <select
              className={kit.input}
              value={hours.time_zone}
              onChange={(event) => onChange({ ...hours, time_zone: event.currentTarget.value })}
            >
              {[...new Set([hours.time_zone, ...Intl.supportedValuesOf("timeZone")])].map(
                (zone) => (
                  <option key={zone}>{zone}</option>
                ),
              )}
            </select>
          </Field>
          <Week hours={hours} onChange={onChange} />
          <Holidays hours={hours} onChange={onChange} />
        </>
      )}
    </fieldset>
  );
}

interface PartProps {
  hours: BusinessHours;
  onChange: (hours: BusinessHours) => void;
}

function without<T>(list: T[], place: number): T[] {
  return list.filter((_, index) => index !== place);
}

function changed<T>(list: T[], place: number, change: Partial<T>): T[] {
  return list.map((one, index) => (index === place ? { ...one, ...change } : one));
}

function Week({ hours, onChange }: PartProps) {
  const put = (week: BusinessHours["week"]) => onChange({ ...hours, week });
  return (
    <ul className={css.lines}>
      {hours.week.map((span, place) => {
        const day = words.days[span.day];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the week
          <li key={place}>
            <select
              className={kit.input}
              aria-label={words.day}
              value={span.day}
              onChange={(event) =>
                put(changed(hours.week, place, { day: event.currentTarget.value as Day }))
              }
            >
              {DAYS.map((one) => (
                <option key={one} value={one}>
                  {words.days[one]}
                </option>
              ))}
            </select>
            <Bare
              label={`${day}: ${words.opens}`}
              type="time"
              required
              value={span.opens}
              onChange={(opens) => put(changed(hours.week, place, { opens }))}
            />
            <Bare
              label={`${day}: ${words.closes}`}
              type="time"
              required
              value={span.closes}
              onChange={(closes) => put(changed(hours.week, place, { closes }))}
            />
            <IconButton
              label={words.remove(`${day} ${span.opens}–${span.closes}`)}
              onClick={() => put(without(hours.week, place))}
            >
              <X size={17} aria-hidden />
            </IconButton>
          </li>
        );
      })}
      <li>
        <Button
          small
          onClick={() => put([...hours.week, { day: "monday", opens: "09:00", closes: "17:00" }])}
        >
          <Plus size={15} aria-hidden />
          {words.addSpan}
        </Button>
      </li>
    </ul>
  );
}

function Holidays({ hours, onChange }: PartProps) {
  const put = (holidays: BusinessHours["holidays"]) => onChange({ ...hours, holidays });
  const today = new Date().toLocaleDateString("sv");
  return (
    <>
      <h3>{words.holidays}</h3>
      <ul className={css.lines}>
        {hours.holidays.map((one, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a holiday is its place in the list
          <li key={place}>
            <Bare
              label={words.date}
              type="date"
              required
              value={one.date}
              onChange={(date) => put(changed(hours.holidays, place, { date }))}
            />
            <Bare
              label={words.name}
              value={one.name}
              onChange={(name) => put(changed(hours.holidays, place, { name }))}
            />
            <IconButton
              label={words.remove(one.name || one.date)}
              onClick={() => put(without(hours.holidays, place))}
            >
              <X size={17} aria-hidden />
            </IconButton>
          </li>
        ))}
        <li>
          <Button
            small
            onClick={() =>
              put([...hours.holidays, { date: today, name: "", opens: null, closes: null }])
            }
          >
            <Plus size={15} aria-hidden />
            {words.addHoliday}
          </Button>
        </li>
      </ul>
    </>
  );
}
