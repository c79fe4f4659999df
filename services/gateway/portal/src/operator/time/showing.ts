/** Numbers, moments and spans of the past, as people read them. */
import { strings } from "../../strings";
import type { PastConversation } from "./api";
import { words } from "./words";

const figures = new Intl.NumberFormat(strings.lang);

export function counted(position: number): string {
  return figures.format(position);
}

/** "2026-11-20 14:03:22.418" by one's own clock; what the field for a time takes back. */
export function moment(at: string | null): string {
  if (at === null) return words.beforeIt;
  const local = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [local.getFullYear(), two(local.getMonth() + 1), two(local.getDate())].join("-");
  const clock = [local.getHours(), local.getMinutes(), local.getSeconds()].map(two).join(":");
  return `${day} ${clock}.${String(local.getMilliseconds()).padStart(3, "0")}`;
}

/** Read what `moment` writes, or any time that says its zone; null where it is none.
 *
 * The log counts finer than a reader: what is meant is the end of that millisecond. */
export function written(text: string): string | null {
  const found = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?$/.exec(
    text.trim(),
  );
  if (!found) return null;
  const whole = found[0].length === 10 ? `${found[0]}T00:00:00` : found[0].replace(" ", "T");
  const at = new Date(whole);
  return Number.isNaN(at.getTime()) ? null : at.toISOString().replace("Z", "999Z");
}

/** How long from one moment of the past to another: "4 min". */
export function span(from: string, to: string | null): string {
  const seconds = Math.max(0, Math.floor((Date.parse(to ?? from) - Date.parse(from)) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} d`;
}

export function outside(phones: { display: string }[], id: string): string {
  return phones.map(({ display }) => display).join(", ") || id;
}

export function titleOf(pane: PastConversation): string {
  const members = pane.members.map(({ name }) => name).join(", ");
  return outside(pane.counterparts, pane.name || members || pane.id);
}
