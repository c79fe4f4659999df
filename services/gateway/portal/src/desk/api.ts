/** What the queues' desk asks of the gateway. */
import type { Conversation, Schemas } from "../contract/shapes";
import { client, decided, newKey, told } from "../sync/gateway";

export type Statistics = Schemas["QueueStatistics"];
export type Figures = Schemas["Figures"];
export type CannedReply = Schemas["CannedReply"];
export type CannedReplies = Schemas["CannedReplies"];
export type Shown = "open" | "waiting" | "claimed" | "closed";

const HELD = "/api/v1/queues/{queue_id}/conversations/{conversation_id}";
const TAG = "/api/v1/conversations/{conversation_id}/tags/{name}";
const once = () => ({ "Idempotency-Key": newKey() });

function placeOf(conversation: Conversation) {
  return { queue_id: conversation.queue?.id ?? "", conversation_id: conversation.id };
}

export const desk = {
  board: (queue_id: string, state: Shown, before?: string) =>
    told(
      client.GET("/api/v1/queues/{queue_id}/conversations", {
        params: { path: { queue_id }, query: { state, ...(before ? { before } : {}) } },
      }),
    ),
  statistics: (queue_id: string, from: string, to: string, zone: string) =>
    told(
      client.GET("/api/v1/queues/{queue_id}/statistics", {
        params: { path: { queue_id }, query: { from, to, zone } },
      }),
    ),
  decline: (path: { queue_id: string; conversation_id: string }) =>
    decided(client.POST(`${HELD}/decline`, { params: { path, header: once() } })),
  note: (conversation: Conversation, text: string, mentions: string[]) =>
    decided(
      client.POST(`${HELD}/notes`, {
        params: { path: placeOf(conversation), header: once() },
        body: { text, mentions },
      }),
    ),
  tags: () => told(client.GET("/api/v1/tags")),
  tag: (conversation_id: string, name: string) =>
    decided(client.PUT(TAG, { params: { path: { conversation_id, name }, header: once() } })),
  untag: (conversation_id: string, name: string) =>
    decided(client.DELETE(TAG, { params: { path: { conversation_id, name }, header: once() } })),
  replies: () => told(client.GET("/api/v1/canned-replies")),
  define: (reply_id: string, body: { name: string; text: string; shared: boolean }) =>
    decided(
      client.PUT("/api/v1/canned-replies/{reply_id}", {
        params: { path: { reply_id }, header: once() },
        body,
      }),
    ),
  forget: (reply_id: string) =>
    decided(
      client.DELETE("/api/v1/canned-replies/{reply_id}", {
        params: { path: { reply_id }, header: once() },
      }),
    ),
};

/** The address of the same statistics as a file. */
export function csvOf(queue: string, from: string, to: string, zone: string, by: string): string {
  const query = new URLSearchParams({ from, to, zone, by });
  return `/api/v1/queues/${encodeURIComponent(queue)}/statistics.csv?${query}`;
}
