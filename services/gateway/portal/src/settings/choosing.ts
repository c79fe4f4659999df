/** A person's own wish: it shows at once, and is taken back where the gateway does not take it. */

import { client, decided, newKey } from "../sync/gateway";
import type { Rights } from "../sync/store";
import { putSettings, world } from "../sync/store";

type Settings = Rights["settings"];

export async function setSettings(change: Partial<Settings>): Promise<boolean> {
  const before = world.rights?.settings;
  if (!before) return false;
  putSettings({ ...before, ...change });
  const params = { header: { "Idempotency-Key": newKey() } };
  try {
    // what is left out stays as it is; the published type names the defaults of a whole body
    await decided(client.PATCH("/api/v1/settings", { params, body: change as Settings }));
    return true;
  } catch {
    putSettings(before);
    return false;
  }
}
