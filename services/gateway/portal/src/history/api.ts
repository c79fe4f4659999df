/** What looking back asks of the gateway. */
import type { Conversation, Message, Schemas } from "../contract/shapes";
import { CONVERSATION, client, told } from "../sync/gateway";

export type FoundMessage = Schemas["FoundMessage"];
export type Piece = Schemas["Piece"];

/** What a list is narrowed to; an empty word is no filter. */
export interface Sifted {
  kind: "" | Conversation["kind"];
  number: string;
  queue: string;
  person: string;
  from: string;
  to: string;
}

export const EVERYTHING: Sifted = { kind: "", number: "", queue: "", person: "", from: "", to: "" };

function queryOf(sifted: Sifted, before: string | null) {
  const asked = Object.entries(sifted).filter(([, value]) => value !== "");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { ...Object.fromEntries(asked), zone, ...(before ? { before } : {}) };
}

export const history = {
  page: (sifted: Sifted, before: string | null, limit: number) =>
    told(
      client.GET("/api/v1/history", { params: { query: { ...queryOf(sifted, before), limit } } }),
    ),
  messages: (q: string, sifted: Sifted, before: string | null) =>
    told(
      client.GET("/api/v1/search/messages", {
        params: { query: { q, ...queryOf(sifted, before) } },
      }),
    ),
  named: (q: string) =>
    told(client.GET("/api/v1/search/conversations", { params: { query: { q } } })),
  /** The message that a row of the list shows the beginning of. */
  last: async (conversation_id: string): Promise<Message | undefined> => {
    const page = await told(
      client.GET(`${CONVERSATION}/messages`, {
        params: { path: { conversation_id }, query: { limit: 1 } },
      }),
    );
    return page.items.filter((item) => item.type === "message").at(-1);
  },
};
