/** What the settings page asks of the gateway. */
import type { components } from "../contract/api";
import { client, told } from "../sync/gateway";

type Schemas = components["schemas"];
export type Settings = Schemas["Settings"];
export type ApiKey = Schemas["ApiKey"];
export type Scope = ApiKey["scopes"][number];

export const mine = {
  keys: () => told(client.GET("/api/v1/tokens")).then((page) => page.items),
  makeKey: (name: string, scopes: Scope[]) =>
    told(client.POST("/api/v1/tokens", { body: { name, scopes } })),
  revoke: (key_id: string) =>
    told(client.DELETE("/api/v1/tokens/{key_id}", { params: { path: { key_id } } })),
  changePassword: (now: string, then: string) =>
    told(client.PUT("/api/v1/session/password", { body: { now, then } })),
};
