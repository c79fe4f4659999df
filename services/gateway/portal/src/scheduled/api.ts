/** What waits for its time: read, planned, cancelled. */
import type { ScheduledMessage } from "../contract/shapes";
import { CONVERSATION, client, decided, once, told } from "../sync/gateway";

export async function plansIn(conversation_id: string): Promise<ScheduledMessage[]> {
  const params = { path: { conversation_id } };
  return (await told(client.GET(`${CONVERSATION}/scheduled`, { params }))).items;
}

export async function plan(conversation_id: string, text: string, at: Date): Promise<void> {
  const params = { path: { conversation_id }, header: once() };
  const body = { text, send_at: at.toISOString() };
  await decided(client.POST(`${CONVERSATION}/messages`, { params, body }));
}

export async function cancelPlan({ conversation_id, id }: ScheduledMessage): Promise<void> {
  const params = { path: { conversation_id, scheduled_id: id }, header: once() };
  await decided(client.DELETE(`${CONVERSATION}/scheduled/{scheduled_id}`, { params }));
}
