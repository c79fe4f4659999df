/** A person's own wish: it shows at once, and is taken back where the gateway does not take it. */

import { client, decided, newKey } from "../sync/gateway";
import type { Rights } from "../sync/store";
import { putSettings, world } from "../sync/store";

type Settings = Rights["settings"];

/** Settings that are on their way: what is chosen later arrives later. */
let saving = Promise.resolve();

export async function setSettings(change: Partial<Settings>): Promise<boolean> {
  const before = world.rights?.settings;
  if (!before) return false;
  // Another language is another start of the page, which would take with it what is on its way.
  const atOnce = !("language" in change);
  if (atOnce) show(change);
  const params = { header: { "Idempotency-Key": newKey() } };
  const saved = saving.then(() =>
    // what is left out stays as it is; the published type names the defaults of a whole body
    decided(client.PATCH("/api/v1/settings", { params, body: change as Settings })),
  );
  saving = saved.then(
    () => undefined,
    () => undefined,
  );
  try {
    await saved;
    if (!atOnce) show(change);
    return true;
  } catch {
    const keys = Object.keys(change) as (keyof Settings)[];
    if (atOnce) show(Object.fromEntries(keys.map((key) => [key, before[key]])));
    return false;
  }
}

function show(change: Partial<Settings>): void {
  const settings = world.rights?.settings;
  if (settings) putSettings({ ...settings, ...change });
}
