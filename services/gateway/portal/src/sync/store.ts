/** What the page knows of the world: plain maps, changed only by the functions of this file. */
import type {
  Bootstrap,
  Change,
  Conversation,
  Limits,
  Me,
  OwnNumber,
  Person,
  Queue,
  Waiting,
} from "../contract/shapes";
import { noteAuthor, noteReaders } from "./receipts";
import { applySettings } from "./settings";
import { touch } from "./topics";
import { applyItem, clearWindow, dropWindows, removeItem } from "./windows";

export type Filter = "all" | "unread" | "groups" | "closed";

export type Rights = Pick<Bootstrap, "abilities" | "messaging" | "settings" | "tone" | "calling">;

interface World {
  me: Me | null;
  numbers: OwnNumber[];
  limits: Limits | null;
  pushKey: string | null;
  /** What this person may do and has set; null before the first snapshot. */
  rights: Rights | null;
  /** Where each filter's list goes on; null at its end, undefined before its first page. */
  next: Partial<Record<Filter, string | null>>;
  conversations: Map<string, Conversation>;
  people: Map<string, Person>;
  queues: Map<string, Queue>;
  waiting: Map<string, Waiting>;
}

function empty(): World {
  return {
    me: null,
    numbers: [],
    limits: null,
    pushKey: null,
    rights: null,
    next: {},
    conversations: new Map(),
    people: new Map(),
    queues: new Map(),
    waiting: new Map(),
  };
}

export let world = empty();

/** Put the server's snapshot in the place of everything; drafts, outbox and open page stay. */
export function adopt(snapshot: Bootstrap, keep: string | null = null, whole = true): void {
  const kept = keep ? world.conversations.get(keep) : undefined;
  world = {
    me: snapshot.me,
    numbers: snapshot.numbers,
    limits: snapshot.limits,
    pushKey: snapshot.push_key,
    rights: snapshot,
    next: { all: snapshot.next },
    conversations: byId(snapshot.conversations),
    people: byId(snapshot.people),
    queues: byId(snapshot.queues),
    waiting: new Map(snapshot.waiting.map((entry) => [entry.conversation_id, entry])),
  };
  if (kept && !world.conversations.has(kept.id)) world.conversations.set(kept.id, kept);
  if (whole) dropWindows();
  touch("me", "list", "queues", "people", "unread");
  applySettings(snapshot.settings);
  for (const id of world.conversations.keys()) touch(`conv:${id}`);
}

/** Their own wish shows before the gateway has it. */
export function putSettings(settings: Bootstrap["settings"]): void {
  if (world.rights) world.rights = { ...world.rights, settings };
  applySettings(settings);
  touch("me");
}

export function forget(): void {
  world = empty();
  dropWindows();
  touch("me", "list", "queues", "people", "unread");
}

export function applyChanges(changes: Change[]): void {
  for (const change of changes) applyChange(change);
}

function applyChange(change: Change): void {
  switch (change.type) {
    case "conversation":
      putConversation(change.conversation);
      break;
    case "conversation-removed":
      removeConversation(change.conversation_id);
      break;
    case "item":
      applyItem(change.conversation_id, change.item);
      noteAuthor(change.conversation_id, change.item);
      break;
    case "item-removed":
      removeItem(change.conversation_id, change.item_id);
      break;
    case "items-removed":
      clearWindow(change.conversation_id);
      break;
    case "read":
      noteReaders(change.conversation_id, [change.reader]);
      break;
    case "queue":
      putQueue(change.queue);
      break;
    case "queue-waiting":
      countWaiting(change);
      break;
    case "waiting":
      putWaiting(change.waiting);
      break;
    case "waiting-removed":
      dropWaiting(change.conversation_id);
      break;
    case "person":
      putPerson(change.person);
      break;
  }
}

export function putConversation(conversation: Conversation): void {
  world.conversations.set(conversation.id, conversation);
  touch("list", "unread", `conv:${conversation.id}`);
}

export function removeConversation(id: string): void {
  world.conversations.delete(id);
  touch("list", "unread", `conv:${id}`);
}

export function changeConversation(id: string, change: Partial<Conversation>): void {
  const known = world.conversations.get(id);
  if (known) putConversation({ ...known, ...change });
}

export function putPerson(person: Person): void {
  world.people.set(person.id, person);
  touch("people", `person:${person.id}`);
}

export function setPresence({ person_id, online }: { person_id: string; online: boolean }): void {
  const known = world.people.get(person_id);
  if (known && known.online !== online) putPerson({ ...known, online });
}

export function putQueue(queue: Queue): void {
  world.queues.set(queue.id, queue);
  touch("queues");
}

function countWaiting({
  queue_id,
  waiting_count,
  oldest_at,
}: Extract<Change, { type: "queue-waiting" }>): void {
  const known = world.queues.get(queue_id);
  if (known) putQueue({ ...known, waiting_count, oldest_at });
}

function putWaiting(waiting: Waiting): void {
  world.waiting.set(waiting.conversation_id, waiting);
  touch("queues", `conv:${waiting.conversation_id}`);
}

export function dropWaiting(conversationId: string): void {
  if (world.waiting.delete(conversationId)) touch("queues", `conv:${conversationId}`);
}

export function setNext(filter: Filter, next: string | null): void {
  world.next[filter] = next;
  touch("list");
}

function byId<T extends { id: string }>(entries: T[]): Map<string, T> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}
