/** What the section of dead letters asks of the gateway. */
import type { Schemas } from "../../contract/shapes";
import { client, once, told } from "../../sync/gateway";

export type Letter = Schemas["DeadLetter"];
export type Detail = Schemas["DeadLetterDetail"];

const LETTER = "/api/v1/operator/dead-letters/{letter_id}";

export const letters = {
  list: (state: "open" | "ended") =>
    told(client.GET("/api/v1/operator/dead-letters", { params: { query: { state } } })),
  one: (letter_id: string, numbers: "masked" | "shown") =>
    told(client.GET(LETTER, { params: { path: { letter_id }, query: { numbers } } })),
  retry: (letter_id: string) => {
    const params = { path: { letter_id }, header: once() };
    return told(client.POST(`${LETTER}/retry`, { params }));
  },
  setAside: (letter_id: string, note: string) => {
    const params = { path: { letter_id }, header: once() };
    return told(client.POST(`${LETTER}/set-aside`, { params, body: { note } }));
  },
};
