/** The times that people mean by "later", in their own zone. */
import { words } from "./words";

const HOUR_MS = 60 * 60 * 1_000;
const MORNING = 9;
const MONDAY = 1;
const WEEK = 7;

export interface Choice {
  label: string;
  at: Date;
}

export function choicesAt(now: number): Choice[] {
  const tomorrow = morningAfter(now, 1);
  const days = (MONDAY - new Date(now).getDay() + WEEK) % WEEK || WEEK;
  const choices = [
    { label: words.inAnHour, at: new Date(now + HOUR_MS) },
    { label: words.tomorrow, at: tomorrow },
  ];
  // On a Sunday tomorrow is Monday.
  if (days > 1) choices.push({ label: words.monday, at: morningAfter(now, days) });
  return choices;
}

function morningAfter(now: number, days: number): Date {
  const at = new Date(now);
  at.setDate(at.getDate() + days);
  at.setHours(MORNING, 0, 0, 0);
  return at;
}

/** As `<input type=datetime-local>` writes it: no zone, so the reader's own. */
export function localTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
