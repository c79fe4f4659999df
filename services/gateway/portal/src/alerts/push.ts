/** Web Push for people with no tab open: asked for only by their own switch. */
import { navigate } from "wouter/use-browser-location";
import { world } from "../sync/store";
import { notice } from "../sync/toasts";
import { subscribeBrowser, unsubscribeBrowser } from "./api";
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

let registered: Promise<ServiceWorkerRegistration> | null = null;

/** Once a page: a policy of that name is made once. */
function registration(): Promise<ServiceWorkerRegistration> {
  registered ??= navigator.serviceWorker.getRegistration("/").then((known) => known ?? register());
  return registered;
}

function register(): Promise<ServiceWorkerRegistration> {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const policy = trustedTypes?.createPolicy("portal-sw", { createScriptURL: () => WORKER });
  return navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER);
}

async function subscription(): Promise<PushSubscription | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return null;
  const worker = await navigator.serviceWorker.getRegistration("/");
  return (await worker?.pushManager.getSubscription()) ?? null;
}

/** Set by the switch alone, for each who signs in here; a browser's leave may outlive the wish. */
const choice = () => `alerts:${world.me?.id}`;
/** Whose messages the push service brings to this browser. */
const OWNER = "alerts-of";

export function alertsChosen(): boolean {
  return (
    localStorage.getItem(choice()) === "on" &&
    "Notification" in window &&
    Notification.permission === "granted"
  );
}

/** On are those that were chosen; a subscription that is another's or that got lost is made anew. */
export async function alertsOn(): Promise<boolean> {
  const known = await subscription();
  const own = localStorage.getItem(OWNER) === world.me?.id;
  if (known && !own) await known.unsubscribe();
  if (!alertsChosen()) return false;
  if (!known || !own)
    void registration()
      .then(subscribe)
      .catch(() => {});
  return true;
}

/** Say what is so then; the permission is asked for here, and nowhere else. */
export async function switchAlerts(on: boolean): Promise<boolean> {
  if (!on) {
    localStorage.removeItem(choice());
    await leaveBrowser();
    return false;
  }
  if (!("Notification" in window) || (await Notification.requestPermission()) !== "granted") {
    notice({ kind: "alert", text: words.blocked, detail: words.unblock });
    return false;
  }
  await registration();
  const worker = await navigator.serviceWorker.ready;
  localStorage.setItem(choice(), "on");
  // Where the push service is out of reach its answer may never come.
  void subscribe(worker).catch(() => {});
  return true;
}

/** Nothing more is brought here, nor left on the screen; who comes back finds alerts as they chose. */
export async function leaveBrowser(): Promise<void> {
  const known = await subscription();
  const worker = await navigator.serviceWorker?.getRegistration("/");
  for (const told of (await worker?.getNotifications()) ?? []) told.close();
  // Without its endpoint the gateway's next push is refused for good, should it not hear of this.
  await known?.unsubscribe();
  if (known) await unsubscribeBrowser(known.endpoint);
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
  await subscribeBrowser(endpoint, { p256dh: keys.p256dh, auth: keys.auth });
  localStorage.setItem(OWNER, world.me?.id ?? "");
}

function decoded(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
