/** What the page reads and when it says so: lists, windows, the read mark. */
import type { Conversation } from "../contract/shapes";
import { gateway } from "./gateway";
import { noteReaders } from "./receipts";
import { session } from "./session";
import { changeConversation, type Filter, putConversation, setNext, world } from "./store";
import { touch } from "./topics";
import { appendPage, holds, newestPosition, openWindow, prependPage, windowOf } from "./windows";

const PAGE_WHEN_OPENING = 50;
const PAGE_WHEN_SCROLLING = 100;

const busy = new Set<string>();
export const troubles = new Set<string>();

/** One question of a kind at a time; a failure is shown in its pane and nowhere else. */
async function ask(topic: string, question: () => Promise<void>): Promise<void> {
  if (busy.has(topic)) return;
  busy.add(topic);
  touch(topic);
  try {
    await question();
    troubles.delete(topic);
  } catch {
    troubles.add(topic);
  } finally {
    busy.delete(topic);
    touch(topic);
  }
}

export function isBusy(topic: string): boolean {
  return busy.has(topic);
}

export function loadMore(filter: Filter): Promise<void> {
  const next = world.next[filter];
  if (next === null) return Promise.resolve();
  return ask(`list:${filter}`, async () => {
    const page = await gateway.conversations(filter, next);
    for (const conversation of page.items) putConversation(conversation);
    setNext(filter, page.next);
  });
}

/** The newest page, or the one around a position. */
export function loadWindow(id: string, around: number | null): Promise<void> {
  const known = windowOf(id);
  if (known?.ready && (around === null || holds(known, around))) return Promise.resolve();
  // A page that is being read beside the reader does not keep them from going elsewhere.
  return ask(`${known?.ready ? "jump" : "win"}:${id}`, async () => {
    const place = around === null ? {} : { around };
    const page = await gateway.messages(id, { ...place, limit: PAGE_WHEN_OPENING });
    openWindow(id, page);
    noteReaders(id, page.readers);
  });
}

/** Whoever was not told for a while (a queue's conversation passes from hand to hand) reads again. */
export function refreshWindow(id: string): Promise<void> {
  return ask(`win:${id}`, async () => {
    openWindow(id, await gateway.messages(id, { limit: PAGE_WHEN_OPENING }));
  });
}

export function loadOlder(id: string): Promise<void> {
  const window = windowOf(id);
  const first = window?.items.find((item) => item.type === "message");
  if (!window?.hasOlder || first?.type !== "message") return Promise.resolve();
  return ask(`win:${id}`, async () => {
    const query = { before: first.position, limit: PAGE_WHEN_SCROLLING };
    const page = await gateway.messages(id, query);
    // Meanwhile the reader may have jumped elsewhere.
    if (windowOf(id)?.items.some(({ id }) => id === first.id)) prependPage(id, page);
  });
}

export function loadNewer(id: string): Promise<void> {
  const after = newestPosition(id);
  if (windowOf(id)?.live !== false) return Promise.resolve();
  return ask(`win:${id}`, async () => {
    const page = await gateway.messages(id, { after, limit: PAGE_WHEN_SCROLLING });
    if (newestPosition(id) === after) appendPage(id, page);
  });
}

/** The conversation's end, whatever else is being read. */
export function loadLatest(id: string): Promise<void> {
  return ask(`latest:${id}`, async () => {
    openWindow(id, await gateway.messages(id, { limit: PAGE_WHEN_OPENING }));
  });
}

/** A conversation that is not in the list: one that waits, is closed, or lies beyond the first page. */
export function loadConversation(id: string): Promise<void> {
  return ask(`conv:${id}`, async () => putConversation(await gateway.conversation(id)));
}

/** Marked unread by hand while open: it sticks until the next opening. */
let keptUnread: string | null = null;

export function opened(id: string): void {
  session.open = id;
  keptUnread = null;
}

/** The next thread may be open before this one is gone. */
export function left(id: string): void {
  if (session.open === id) session.open = null;
}

export function markRead(conversation: Conversation): void {
  const { id, last_position } = conversation;
  if (keptUnread === id || (conversation.unread === 0 && !conversation.marked_unread)) return;
  changeConversation(id, { unread: 0, marked_unread: false, read_position: last_position });
  void gateway.read(id, last_position).catch(() => {});
}

export async function markUnread(conversation: Conversation): Promise<void> {
  keptUnread = conversation.id;
  changeConversation(conversation.id, { marked_unread: true });
  await gateway
    .unread(conversation.id)
    .catch(() => changeConversation(conversation.id, { marked_unread: false }));
}
