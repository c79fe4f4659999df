/** Claim, release, transfer, close: the answer decides, the feed tells everybody. */
import type { Conversation, Waiting } from "../contract/shapes";
import { strings } from "../strings";
import { failureOf, gateway, Refusal } from "../sync/gateway";
import { dropWaiting, putConversation } from "../sync/store";
import { notice, sorry } from "../sync/toasts";

/** Whose composer takes the focus next: set by a claim, taken by the thread that opens. */
let eager: string | null = null;

export function takeFocus(id: string): boolean {
  const mine = eager === id;
  if (mine) eager = null;
  return mine;
}

export function wantFocus(id: string): void {
  eager = id;
}

export async function claim({ queue_id, conversation_id }: Waiting): Promise<boolean> {
  try {
    const answer = await gateway.claim({ queue_id, conversation_id });
    if ("conversation" in answer && answer.conversation) putConversation(answer.conversation);
    dropWaiting(conversation_id);
    eager = conversation_id;
    return true;
  } catch (error) {
    const holder = error instanceof Refusal ? error.problem.holder : null;
    const text = holder ? strings.alreadyClaimed(holder.name) : failureOf(error).text;
    notice({ kind: "alert", text: text || strings.didNotWork });
    if (holder) dropWaiting(conversation_id);
    return false;
  }
}

export type Handover = { to_agent?: string; to_queue?: string; note?: string };

export async function giveUp(
  conversation: Conversation,
  how: "release" | "close" | Handover,
): Promise<boolean> {
  const { queue } = conversation;
  if (!queue) return false;
  const place = { queue_id: queue.id, conversation_id: conversation.id };
  try {
    const answer = await asked(place, how);
    if ("conversation" in answer && answer.conversation) putConversation(answer.conversation);
    return true;
  } catch (error) {
    sorry(error);
    return false;
  }
}

function asked(
  place: { queue_id: string; conversation_id: string },
  how: "release" | "close" | Handover,
) {
  if (how === "release") return gateway.release(place);
  if (how === "close") return gateway.closeHeld(place);
  return gateway.transfer(place, how);
}
