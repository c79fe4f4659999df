/** What the page of time asks of the gateway: only to look. */
import type { Schemas } from "../../contract/shapes";
import { client, told } from "../../sync/gateway";

export type Past = Schemas["Past"];
export type PastConversation = Schemas["PastConversation"];
export type PastItem = PastConversation["items"][number];
export type PastQueue = Schemas["PastQueue"];
export type PastFact = Schemas["PastFact"];
export type LogPosition = Schemas["LogPosition"];
export type Seen = Schemas["Seen"];
export type Comparison = Schemas["Comparison"];
export type PastChange = Schemas["PastChange"];

/** What the panes show; without a position, as it is now. */
export interface Looking {
  position?: number;
  queue?: string;
  conversation?: string;
}

export const time = {
  past: (query: Looking) => told(client.GET("/api/v1/operator/past", { params: { query } })),
  at: (at: string) => told(client.GET("/api/v1/operator/positions", { params: { query: { at } } })),
  queues: () => told(client.GET("/api/v1/operator/queues")).then(({ items }) => items),
  seen: (message_id: string) =>
    told(
      client.GET("/api/v1/operator/messages/{message_id}/seen", {
        params: { path: { message_id } },
      }),
    ),
  compare: (query: { before: number; after: number; queue?: string; conversation?: string }) =>
    told(client.GET("/api/v1/operator/comparison", { params: { query } })),
};
