/** Somebody whom a message may go to: a teammate, or an outside number with or without a name. */
import type { Counterpart, Person, Phone } from "../contract/shapes";

export interface Recipient {
  /** An extension's id, or a number in international form. */
  id: string;
  /** What the pill says: "Bob Smith – Mobile". */
  title: string;
  /** What the list says beside it. */
  detail: string;
  outside: boolean;
}

export const teammate = (person: Person): Recipient => ({
  id: person.id,
  title: person.name,
  detail: person.dial,
  outside: false,
});

export function outsider(phone: Counterpart): Recipient {
  const title = phone.name ? titleOf(phone.name, phone.label) : phone.display;
  const detail = phone.name ? phone.display : "";
  return { id: phone.number, title, detail, outside: true };
}

export const typedNumber = (phone: Phone): Recipient => ({
  id: phone.number,
  title: phone.display,
  detail: "",
  outside: true,
});

export function titleOf(name: string, label: string | null): string {
  return label ? `${name} – ${label}` : name;
}
