/** What the replay wizard asks of the gateway. */
import type { Schemas } from "../../contract/shapes";
import { client, once, told } from "../../sync/gateway";

export type Replay = Schemas["Replay"];
export type Plan = Schemas["ReplayPlan"];
export type Range = Schemas["ReplayRange"];

const REPLAYS = "/api/v1/operator/replays";
const REPLAY = `${REPLAYS}/{replay_id}` as const;

export const replays = {
  list: () => told(client.GET(REPLAYS)).then(({ items }) => items),
  plan: (body: Range) => told(client.POST(`${REPLAYS}/plan`, { body })),
  start: (body: Range) => told(client.POST(REPLAYS, { params: { header: once() }, body })),
  cancel: (replay_id: string) => {
    const params = { path: { replay_id }, header: once() };
    return told(client.POST(`${REPLAY}/cancel`, { params }));
  },
  resume: (replay_id: string) => {
    const params = { path: { replay_id }, header: once() };
    return told(client.POST(`${REPLAY}/resume`, { params }));
  },
};
