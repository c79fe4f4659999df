/** What the gateway deletes and mutes. */
import { CONVERSATION, client, decided, once } from "../sync/gateway";

export const deleteMessage = (conversation_id: string, message_id: string) =>
  decided(
    client.DELETE(`${CONVERSATION}/messages/{message_id}`, {
      params: { path: { conversation_id, message_id }, header: once() },
    }),
  );

export const deleteChat = (conversation_id: string, up_to: number) =>
  decided(
    client.DELETE(CONVERSATION, {
      params: { path: { conversation_id }, query: { up_to }, header: once() },
    }),
  );

export const mute = (conversation_id: string) =>
  decided(
    client.POST(`${CONVERSATION}/mute`, { params: { path: { conversation_id }, header: once() } }),
  );

export const unmute = (conversation_id: string) =>
  decided(
    client.POST(`${CONVERSATION}/unmute`, {
      params: { path: { conversation_id }, header: once() },
    }),
  );
