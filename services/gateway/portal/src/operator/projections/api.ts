/** What the section of projections asks of the gateway. */
import type { Schemas } from "../../contract/shapes";
import { client, once, told } from "../../sync/gateway";

export type ProjectionSet = Schemas["ProjectionSet"];

const SETS = "/api/v1/operator/projections";
const params = (name: string) => ({ path: { name }, header: once() });

export const projections = {
  list: () => told(client.GET(SETS)).then(({ items }) => items),
  rebuild: () => told(client.POST(SETS, { params: { header: once() } })),
  cancel: (name: string) => told(client.POST(`${SETS}/{name}/cancel`, { params: params(name) })),
  compare: (name: string) =>
    told(client.POST(`${SETS}/{name}/compare`, { params: { path: { name } } })),
  serve: (name: string, confirm: string, anyway: boolean) => {
    const body = { confirm, anyway };
    return told(client.POST(`${SETS}/{name}/switch`, { params: params(name), body }));
  },
  discard: (name: string) => told(client.DELETE(`${SETS}/{name}`, { params: params(name) })),
};
