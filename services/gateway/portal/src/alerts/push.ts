/** Web Push for people with no tab open: asked for only by their own switch. */
import { navigate } from "wouter/use-browser-location";
import { gateway } from "../sync/gateway";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { words } from "./words";

/** Chromium wants a policy even for a constant address (require-trusted-types-for 'script'). */
interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const WORKER = "/sw.js";

/** A click on a notification is heard by the worker, which leads this tab. */
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data?.type === "open" && typeof data.url === "string") navigate(data.url);
});

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

/** Set by the switch alone; a browser's leave may outlive the wish. */
const CHOICE = "alerts";

export function alertsChosen(): boolean {
  return (
    localStorage.getItem(CHOICE) === "on" &&
    "Notification" in window &&
    Notification.permission === "granted"
  );
}

export async function alertsOn(): Promise<boolean> {
  return alertsChosen() || (await subscription()) !== null;
}

/** Say what is so then; the permission is asked for here, and nowhere else. */
export async function switchAlerts(on: boolean): Promise<boolean> {
  if (!on) {
    localStorage.removeItem(CHOICE);
    const known = await subscription();
    if (!known) return false;
    await gateway.unsubscribe(known.endpoint);
    await known.unsubscribe();
    return false;
  }
  if (!("Notification" in window) || (await Notification.requestPermission()) !== "granted") {
    notice({ kind: "alert", text: words.blocked, detail: words.unblock });
    return false;
  }
  await registration();
  const worker = await navigator.serviceWorker.ready;
  localStorage.setItem(CHOICE, "on");
  await subscribe(worker).catch(() => {});
  return true;
}

/** For when no tab is open; a browser that cannot reach its push service still tells by its tabs. */
async function subscribe(worker: ServiceWorkerRegistration): Promise<void> {
  if (!world.pushKey) return;
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: decoded(world.pushKey),
  });
  const { endpoint, keys } = made.toJSON();
  if (!endpoint || !keys?.p256dh || !keys.auth) return;
  await gateway.subscribe({ endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } });
}

function decoded(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
