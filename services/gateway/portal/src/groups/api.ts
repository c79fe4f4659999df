/** Wishes about a group, and the conversation with one of its participants alone. */
import type { Conversation } from "../contract/shapes";
import { strings } from "../strings";
import { CONVERSATION, client, decided, failureOf, gateway, once } from "../sync/gateway";
import { putConversation, removeConversation } from "../sync/store";
import { notice } from "../sync/toasts";

type Wish = Promise<unknown>;

/** The answer decides, the feed tells everybody; null where it was done, else why not. */
async function wished(wish: Wish): Promise<string | null> {
  try {
    const answer = (await wish) as { conversation?: Conversation | null };
    if (answer.conversation) putConversation(answer.conversation);
    return null;
  } catch (error) {
    return failureOf(error).text || strings.didNotWork;
  }
}

const place = (conversation_id: string) => ({ path: { conversation_id }, header: once() });

export function renameGroup(id: string, name: string): Promise<string | null> {
  const body = { name };
  return wished(decided(client.PUT(`${CONVERSATION}/name`, { params: place(id), body })));
}

export function addParticipants(
  id: string,
  to: string[],
  from: string | null,
): Promise<string | null> {
  const body = { to, ...(from ? { from } : {}) };
  return wished(decided(client.POST(`${CONVERSATION}/participants`, { params: place(id), body })));
}

export function removeParticipant(id: string, participant: string): Promise<string | null> {
  const params = { path: { conversation_id: id, participant }, header: once() };
  return wished(decided(client.DELETE(`${CONVERSATION}/participants/{participant}`, { params })));
}

export async function leaveGroup(id: string): Promise<string | null> {
  const trouble = await wished(
    decided(client.POST(`${CONVERSATION}/leave`, { params: place(id) })),
  );
  if (trouble === null) removeConversation(id);
  return trouble;
}

/** The conversation with one person alone; the texts to an outside one leave from the same number. */
export async function alone(
  who: { member: string } | { number: string },
  from: string | null,
): Promise<string | null> {
  const body =
    "member" in who
      ? { kind: "direct" as const, to: [who.member] }
      : { kind: "sms" as const, to: [who.number], ...(from ? { from } : {}) };
  try {
    const there = await gateway.start(body);
    if (!("id" in there)) return null;
    putConversation(there);
    return there.id;
  } catch (error) {
    notice({ kind: "alert", text: failureOf(error).text || strings.couldNotStart });
    return null;
  }
}
