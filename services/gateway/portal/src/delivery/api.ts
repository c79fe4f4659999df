/** What the gateway tells of a message's way to the phone. */
import type { DeliveryReport } from "../contract/shapes";
import { strings } from "../strings";
import { CONVERSATION, client, told } from "../sync/gateway";

export async function reportsOf(
  conversation_id: string,
  message_id: string,
): Promise<DeliveryReport[]> {
  const language = strings.lang === "es" ? ("es" as const) : ("en" as const);
  const params = { path: { conversation_id, message_id }, query: { language } };
  const found = await told(
    client.GET(`${CONVERSATION}/messages/{message_id}/deliveries`, { params }),
  );
  return found.items;
}
