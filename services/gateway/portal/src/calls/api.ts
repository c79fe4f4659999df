/** What calls and video ask of the gateway. */
import type { components } from "../contract/api";
import { CONVERSATION, client, newKey, told } from "../sync/gateway";

export type CallState = components["schemas"]["CallState"];

const header = () => ({ "Idempotency-Key": newKey() });

export const calls = {
  ring: (number: string, caller_id: string | null) => {
    const params = { header: header() };
    return told(client.POST("/api/v1/calls", { params, body: { number, caller_id } }));
  },
  look: (call_id: string) =>
    told(client.GET("/api/v1/calls/{call_id}", { params: { path: { call_id } } })),
  room: (conversation_id: string) => {
    const params = { path: { conversation_id }, header: header() };
    return told(client.POST(`${CONVERSATION}/video`, { params }));
  },
};
