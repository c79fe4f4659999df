/** Failed messages that were asked to go again, until the feed shows the new attempt. */
import type { Message } from "../contract/shapes";
import { strings } from "../strings";
import { failureOf, gateway } from "../sync/gateway";
import { notice } from "../sync/toasts";
import { touch, useTopic } from "../sync/topics";
import { mergeItem } from "../sync/windows";

let asked: ReadonlyMap<string, number> = new Map();

export function useRetrying(conversation: string): ReadonlyMap<string, number> {
  useTopic(`retry:${conversation}`);
  return asked;
}

export async function retryMessage(message: Message, name: string): Promise<void> {
  const { id, conversation_id, attempt } = message;
  asked = new Map([...asked, [id, attempt]]);
  touch(`retry:${conversation_id}`);
  try {
    const answer = await gateway.retry(conversation_id, id);
    if ("type" in answer) mergeItem(conversation_id, answer);
  } catch (error) {
    asked = new Map([...asked].filter(([other]) => other !== id));
    touch(`retry:${conversation_id}`);
    notice({ kind: "alert", text: strings.notSentTo(name), detail: failureOf(error).text });
  }
}
