/** Which conversations a list shows, and in which order. */
import type { Conversation, Waiting } from "../contract/shapes";
import { type Filter, world } from "../sync/store";
import { useTopic } from "../sync/topics";

export function isUnread(conversation: Conversation): boolean {
  return conversation.unread > 0 || conversation.marked_unread;
}

/** A queue's conversation is in the list of its holder alone; everybody else sees it waiting, or not. */
function isListed({ queue, deleted }: Conversation): boolean {
  if (deleted) return false;
  return queue === null || (queue.state === "claimed" && queue.mine);
}

const PREDICATES: Record<Filter, (conversation: Conversation) => boolean> = {
  all: (conversation) => !conversation.closed && isListed(conversation),
  unread: (conversation) =>
    !conversation.closed && isListed(conversation) && isUnread(conversation),
  groups: (conversation) =>
    !conversation.closed && isListed(conversation) && conversation.kind === "group",
  closed: (conversation) =>
    isListed(conversation) ? conversation.closed : conversation.queue?.state === "closed",
};

export function listed(filter: Filter, search: string): Conversation[] {
  const wanted = search.trim().toLocaleLowerCase();
  const digits = wanted.replace(/[\s()+.-]/g, "");
  return [...world.conversations.values()]
    .filter(PREDICATES[filter])
    .filter((conversation) => wanted === "" || matches(conversation, wanted, digits))
    .sort(newestFirst);
}

function matches(conversation: Conversation, wanted: string, digits: string): boolean {
  if (conversation.name.toLocaleLowerCase().includes(wanted)) return true;
  return (
    /^\d+$/.test(digits) && conversation.counterparts.some((phone) => phone.number.includes(digits))
  );
}

function newestFirst(a: Conversation, b: Conversation): number {
  const apart = Date.parse(b.last_at ?? "1970-01-01") - Date.parse(a.last_at ?? "1970-01-01");
  return apart !== 0 ? apart : a.id < b.id ? -1 : 1;
}

export function useUnreadConversations(): number {
  useTopic("unread");
  return [...world.conversations.values()].filter(PREDICATES.unread).length;
}

export function heldByMe(): Conversation[] {
  return [...world.conversations.values()].filter(
    ({ queue }) => queue?.mine && queue.state === "claimed",
  );
}

/** Longest waiting first. */
export function waitingIn(queueId: string): Waiting[] {
  return [...world.waiting.values()]
    .filter((entry) => entry.queue_id === queueId)
    .sort((a, b) => Date.parse(a.queued_at) - Date.parse(b.queued_at));
}

export function nameOf(entry: Waiting): string {
  return entry.name ?? entry.counterpart.display;
}
