/** What just came in, as against what was read from history: it is said aloud. */
import type { Change, Message } from "../contract/shapes";
import { strings } from "../strings";
import { clock } from "./clock";
import { session } from "./session";
import { world } from "./store";
import { announce } from "./toasts";
import { windowOf } from "./windows";

const FRESH_MS = 60_000;

export function noticeArrivals(changes: Change[]): void {
  for (const change of changes) {
    if (change.type === "item" && change.item.type === "message") arrived(change.item);
  }
}

function arrived(message: Message): void {
  const fresh = clock.now() - Date.parse(message.at) < FRESH_MS;
  const known = windowOf(message.conversation_id)?.items.some((item) => item.id === message.id);
  if (!fresh || known || message.author?.id === world.me?.id) return;
  if (message.direction === "out" && message.author === null) return;
  const who = message.author?.name ?? world.conversations.get(message.conversation_id)?.name ?? "";
  const name = who || message.counterpart?.display || "";
  const open = session.open === message.conversation_id;
  announce(open ? strings.saidAloud(name, message.text) : strings.newMessageFrom(name));
}
