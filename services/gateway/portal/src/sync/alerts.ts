/** Web Push for people with no tab open: asked for only by their own switch. */
import { gateway } from "./gateway";
import { world } from "./store";

/** Chromium wants a policy even for a constant address (require-trusted-types-for 'script'). */
interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const WORKER = "/sw.js";

async function registration(): Promise<ServiceWorkerRegistration> {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const url =
    trustedTypes
      ?.createPolicy("portal-sw", { createScriptURL: () => WORKER })
      .createScriptURL(WORKER) ?? WORKER;
  return (
    (await navigator.serviceWorker.getRegistration("/")) ?? navigator.serviceWorker.register(url)
  );
}

async function subscription(): Promise<PushSubscription | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return null;
  const worker = await navigator.serviceWorker.getRegistration("/");
  return (await worker?.pushManager.getSubscription()) ?? null;
}

export async function alertsOn(): Promise<boolean> {
  return (await subscription()) !== null;
}

export async function switchAlerts(on: boolean): Promise<boolean | "blocked"> {
  if (!on) {
    const known = await subscription();
    if (!known) return false;
    await gateway.unsubscribe(known.endpoint);
    await known.unsubscribe();
    return false;
  }
  if (!("Notification" in window) || (await Notification.requestPermission()) !== "granted")
    return "blocked";
  await registration();
  const worker = await navigator.serviceWorker.ready;
  const key = world.pushKey ? decoded(world.pushKey) : null;
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint, keys } = made.toJSON();
  if (!endpoint || !keys?.p256dh || !keys.auth) return false;
  await gateway.subscribe({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } });
  return true;
}

function decoded(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
