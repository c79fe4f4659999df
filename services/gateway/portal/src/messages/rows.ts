/** The rows of a thread: items and what is still on its way, grouped as people read them. */
import type { Conversation, Item, Message, Reader } from "../contract/shapes";
import { dayName, dayOf } from "../kit/time";
import type { Outgoing } from "../sync/outbox";
import { outbox } from "../sync/session";
import type { Window } from "../sync/windows";

export type RowState =
  | "sending"
  | "waiting"
  | "sent"
  | "delivered"
  | "failed"
  | "unknown"
  | "received";

export interface Row {
  key: string;
  item: Item | null;
  outgoing: Outgoing | null;
  at: string;
  text: string;
  mine: boolean;
  /** On our side of the thread: mine, or in a customer's thread a colleague's. */
  ours: boolean;
  state: RowState;
  failure: string;
  /** The day's name where a new day begins. */
  day: string | null;
  /** First and last of a run by one author within five minutes. */
  first: boolean;
  last: boolean;
  newLine: boolean;
  /** Those who have read up to here, and no further of what I wrote. */
  readBy: readonly Reader[];
}

const RUN_MS = 5 * 60_000;
const STATES: Record<Message["state"], RowState> = {
  received: "received",
  queued: "sending",
  sent: "sent",
  delivered: "delivered",
  undelivered: "failed",
  failed: "failed",
  unknown: "unknown",
};

export interface Viewer {
  me: string;
  kind: Conversation["kind"];
  /** Of a chat: how far its members have read. */
  readers?: readonly Reader[];
}

/** `retrying`: failed messages whose next try was asked for and has not shown up in the feed yet. */
export function rowsOf(
  window: Window | undefined,
  unsent: Outgoing[],
  newFrom: string | null,
  retrying: ReadonlyMap<string, number>,
  viewer: Viewer,
): Row[] {
  const items = window?.items ?? [];
  const known = new Set(items.map((item) => (item.type === "message" ? item.client_id : null)));
  const rows = items.map((item) => rowOf(item, retrying, viewer));
  const { me, readers = [] } = viewer;
  for (const reader of readers) if (reader.person_id !== me) receipt(rows, reader);
  // What is on its way stands at the conversation's end, which another window does not show.
  for (const entry of window?.live === false ? [] : unsent)
    if (!known.has(entry.key)) rows.push(rowOfUnsent(entry));
  return grouped(rows, newFrom, window?.hasOlder ?? false);
}

const nothing = {
  outgoing: null,
  day: null,
  first: true,
  last: true,
  newLine: false,
  failure: "",
  mine: false,
  ours: false,
  readBy: [] as readonly Reader[],
};

/** One place a reader: under the last of my messages that they have read. */
function receipt(rows: Row[], reader: Reader): void {
  const last = rows.findLastIndex(
    ({ mine, item }) => mine && item?.type === "message" && item.position <= reader.position,
  );
  const row = rows[last];
  if (row) rows[last] = { ...row, readBy: [...row.readBy, reader] };
}

function rowOf(item: Item, retrying: ReadonlyMap<string, number>, { me, kind }: Viewer): Row {
  if (item.type === "pill") {
    return { ...nothing, key: item.id, item, at: item.at, text: item.text, state: "received" };
  }
  const again = retrying.get(item.id) === item.attempt;
  const mine = item.direction === "out" && item.author?.id === me;
  const ours = mine || (kind === "sms" && item.direction === "out");
  const key = item.client_id === null ? item.id : outbox.rowOf(item.client_id);
  const state = again ? "sending" : ours ? STATES[item.state] : "received";
  return {
    ...nothing,
    key,
    item,
    at: item.at,
    text: item.text,
    mine,
    ours,
    state,
    failure: item.failure?.text ?? "",
  };
}

function rowOfUnsent(entry: Outgoing): Row {
  const state = entry.failure ? "failed" : outbox.isStalled(entry) ? "waiting" : "sending";
  const { id: key, at, text } = entry;
  return {
    ...nothing,
    key,
    item: null,
    outgoing: entry,
    at,
    text,
    mine: true,
    ours: true,
    state,
    failure: entry.failure?.text ?? "",
  };
}

/** What stands before the first row is unknown while there is older: a label that goes would move it. */
function grouped(rows: Row[], newFrom: string | null, hasOlder: boolean): Row[] {
  const days = rows.map((row) => dayOf(row.at));
  return rows.map((row, index) => {
    const before = rows[index - 1];
    const after = rows[index + 1];
    const begins = before ? days[index - 1] !== days[index] : !hasOlder;
    const day = begins ? dayName(row.at) : null;
    const newLine = newFrom !== null && row.item?.id === newFrom;
    const first = day !== null || newLine || (before ? !runsOn(before, row) : !hasOlder);
    return {
      ...row,
      day,
      newLine,
      first,
      last: !after || days[index + 1] !== days[index] || !runsOn(row, after),
    };
  });
}

function runsOn(a: Row | undefined, b: Row): boolean {
  return (
    a !== undefined && authorOf(a) === authorOf(b) && Date.parse(b.at) - Date.parse(a.at) < RUN_MS
  );
}

function authorOf({ item, mine }: Row): string {
  if (mine) return "me";
  if (item?.type !== "message") return `pill ${item?.id}`;
  return item.author?.id ?? item.counterpart?.number ?? "tandem";
}
