/** What just came in, as against what was read from history: it is said aloud. */
import type { Change, Conversation, Message } from "../contract/shapes";
import { strings } from "../strings";
import { clock } from "./clock";
import { session } from "./session";
import { world } from "./store";
import { announce, notice } from "./toasts";
import { windowOf } from "./windows";

const FRESH_MS = 60_000;

export function noticeArrivals(changes: Change[]): void {
  for (const change of changes) {
    if (change.type === "conversation" && isOneMore(change.conversation)) crowd();
    if (change.type !== "item" || change.item.type !== "message") continue;
    arrived(change.item);
    if (change.item.state === "failed" || change.item.state === "undelivered") failed(change.item);
  }
}

/** Whether one more is open, where there are enough to ask how many. */
function isOneMore({ id, closed }: Conversation): boolean {
  const known = world.conversations.get(id);
  const many = world.conversations.size >= (world.limits?.open_conversations ?? 0) / 2;
  return many && !closed && (known === undefined || known.closed);
}

export function crowd(): void {
  void import("../alerts/crowd").then(({ tellCrowd }) => tellCrowd()).catch(() => {});
}

/** Told once, when it happens: a failure that was read from history is old news. */
function failed(message: Message): void {
  const known = windowOf(message.conversation_id)?.items.find((item) => item.id === message.id);
  const before = known?.type === "message" ? known.state : "queued";
  if (before === message.state || message.author?.id !== world.me?.id) return;
  const name = world.conversations.get(message.conversation_id)?.name ?? "";
  notice({ kind: "alert", text: strings.notSentTo(name), detail: message.failure?.text });
}

function arrived(message: Message): void {
  const fresh = clock.now() - Date.parse(message.at) < FRESH_MS;
  const known = windowOf(message.conversation_id)?.items.some((item) => item.id === message.id);
  if (!fresh || known || message.author?.id === world.me?.id) return;
  if (message.direction === "out" && message.author === null) return;
  const who = message.author?.name ?? world.conversations.get(message.conversation_id)?.name ?? "";
  const name = who || message.counterpart?.display || "";
  const { conversation_id: conversation, text, files } = message;
  const open = session.open === conversation;
  const muted = world.conversations.get(conversation)?.muted ?? false;
  if (open) announce(strings.saidAloud(name, text));
  if (muted) return;
  if (!open) announce(strings.newMessageFrom(name));
  void import("../alerts/arrived").then(({ tell }) =>
    tell({ conversation, name, text, files: files.length, message: message.id }),
  );
}
