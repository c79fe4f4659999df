/** What the events section asks of the gateway. */
import type { Schemas } from "../../contract/shapes";
import { client, told } from "../../sync/gateway";

export type Fact = Schemas["LogFact"];
export type FactPage = Schemas["FactPage"];
export type Detail = Schemas["FactDetail"];
export type Tree = Schemas["CauseTree"];
export type Node = Schemas["CauseNode"];
export type Ownership = Schemas["Ownership"];

/** What is looked for; a time is one of the reader's own clock, as an input gives it. */
export interface Filter {
  type?: string;
  subject?: string;
  actor?: string;
  from?: string;
  to?: string;
}

interface Place {
  before?: number;
  after?: number;
  limit: number;
  count?: boolean;
}

const moment = (local?: string) => (local ? new Date(local).toISOString() : undefined);

export const log = {
  facts: ({ type, subject, actor, from, to }: Filter, place: Place) => {
    const query = { type, subject, actor, from: moment(from), to: moment(to), ...place };
    return told(client.GET("/api/v1/operator/facts", { params: { query } }));
  },
  types: () => told(client.GET("/api/v1/operator/fact-types")),
  fact: (position: number, personal: boolean) => {
    const params = { path: { position }, query: { personal } };
    return told(client.GET("/api/v1/operator/facts/{position}", { params }));
  },
  why: (position: number) =>
    told(client.GET("/api/v1/operator/facts/{position}/why", { params: { path: { position } } })),
  ownership: () => told(client.GET("/api/v1/operator/ownership")),
};

const NAMES = ["type", "subject", "actor", "from", "to"] as const;

export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) || undefined]));
}

export function searchOf(filter: Filter): string {
  const set = NAMES.flatMap((name) => (filter[name] ? [[name, filter[name] as string]] : []));
  return set.length > 0 ? `?${new URLSearchParams(set)}` : "";
}
