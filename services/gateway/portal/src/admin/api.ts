/** What administration asks of the gateway. */
import type { components } from "../contract/api";
import { client, decided, newKey, told } from "../sync/gateway";

type Schemas = components["schemas"];
export type AdminNumber = Schemas["AdminNumber"];
export type AdminExtension = Schemas["AdminExtension"];
export type AdminQueue = Schemas["AdminQueue"];
export type Organization = Schemas["Organization"];
export type QueueOptions = Schemas["QueueOptions"];
export type GuardOptions = Schemas["GuardOptions"];
export type AuditEntry = Schemas["AuditEntry"];
export type Role = AdminExtension["roles"][number];
export type HeldText = Schemas["HeldText"];
export type BlockedText = Schemas["BlockedText"];
export type Revocation = Schemas["Revocation"];

type Pending = Schemas["Pending"];

/** The thing as it is now; null where it is decided and shows a moment later. */
async function defined<T extends object>(
  asking: Parameters<typeof decided<T>>[0],
): Promise<Exclude<T, Pending> | null> {
  const said = await decided<T>(asking);
  return "changed" in said ? null : (said as Exclude<T, Pending>);
}

const header = () => ({ "Idempotency-Key": newKey() });
const items = <T>(page: { items: T[] }) => page.items;

export const admin = {
  numbers: () => told(client.GET("/api/v1/admin/numbers")).then(items),
  addNumber: (body: Schemas["NewNumber"]) =>
    defined(client.POST("/api/v1/admin/numbers", { params: { header: header() }, body })),
  changeNumber: (number: string, body: Schemas["NumberChange"]) => {
    const params = { path: { number }, header: header() };
    return defined(client.PATCH("/api/v1/admin/numbers/{number}", { params, body }));
  },
  extensions: () => told(client.GET("/api/v1/admin/extensions")).then(items),
  addExtension: (body: Schemas["NewExtension"]) =>
    defined(client.POST("/api/v1/admin/extensions", { params: { header: header() }, body })),
  changeExtension: (extension_id: string, body: Schemas["ExtensionChange"]) => {
    const params = { path: { extension_id }, header: header() };
    return defined(client.PATCH("/api/v1/admin/extensions/{extension_id}", { params, body }));
  },
  giveSignIn: (extension_id: string, login: string) => {
    const params = { path: { extension_id } };
    const body = { login };
    return told(client.POST("/api/v1/admin/extensions/{extension_id}/sign-in", { params, body }));
  },
  endSignIn: (extension_id: string) => {
    const params = { path: { extension_id } };
    return told(client.DELETE("/api/v1/admin/extensions/{extension_id}/sign-in", { params }));
  },
  queues: () => told(client.GET("/api/v1/admin/queues")).then(items),
  addQueue: (body: Schemas["NewQueue"]) =>
    defined(client.POST("/api/v1/admin/queues", { params: { header: header() }, body })),
  changeQueue: (queue_id: string, body: Schemas["QueueChange"]) => {
    const params = { path: { queue_id }, header: header() };
    return defined(client.PATCH("/api/v1/admin/queues/{queue_id}", { params, body }));
  },
  deleteQueue: (queue_id: string, to?: string) => {
    const params = { path: { queue_id }, query: { to }, header: header() };
    return decided(client.DELETE("/api/v1/admin/queues/{queue_id}", { params }));
  },
  organization: () => told(client.GET("/api/v1/admin/organization")),
  changeOrganization: (body: Schemas["OrganizationChange"]) =>
    defined(client.PATCH("/api/v1/admin/organization", { params: { header: header() }, body })),
  audit: (before?: string) =>
    told(client.GET("/api/v1/admin/audit", { params: { query: { before, limit: 50 } } })),
  revocations: () => told(client.GET("/api/v1/revocations")).then(items),
  review: (message_id: string, verdict: "confirmed" | "dismissed") => {
    const params = { path: { message_id }, header: header() };
    const body = { verdict };
    return decided(client.POST("/api/v1/revocations/{message_id}/review", { params, body }));
  },
  held: () => told(client.GET("/api/v1/guard/held")).then(items),
  decideHeld: (held_id: string, verdict: "approve" | "reject") => {
    const params = { path: { held_id }, header: header() };
    return decided(client.POST(`/api/v1/guard/held/{held_id}/${verdict}`, { params }));
  },
  blocked: () => told(client.GET("/api/v1/guard/blocked", { params: { query: {} } })).then(items),
};
