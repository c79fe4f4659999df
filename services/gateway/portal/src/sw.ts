/** The service worker: shows what notify pushes, and leads a click to its conversation. */
import type { Conversation, Item } from "./contract/shapes";

interface Scope {
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Tab[]>;
    openWindow(url: string): Promise<Tab | null>;
  };
  registration: ServiceWorkerRegistration;
}
interface Tab {
  focused: boolean;
  url: string;
  focus(): Promise<Tab>;
  postMessage(told: { type: "open"; url: string }): void;
}
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
  data?: unknown;
  notification?: Notification;
}
interface Pushed {
  title?: string;
  body?: string;
  text?: string;
  tag?: string;
  url?: string;
  conversation_id?: string;
  /** The message whose first picture is shown beside the words. */
  picture?: string | null;
}

/** A picture comes after its message: waits before each look for it. */
const LOOKS_MS = [0, 1_500, 3_000, 6_000];
const NEWEST = 20;
/** Nobody waits longer to hear of a message for the sake of a name. */
const PATIENCE_MS = 3_000;

const worker = self as unknown as Scope;

const tabs = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (event) => {
  const { data } = event as { data?: { json(): Pushed } };
  event.waitUntil(pushed(data?.json() ?? {}));
});
// A tab has told of it: it is shown unless somebody looks at that very conversation.
worker.addEventListener("message", (event) => {
  const told = event.data as (Pushed & { type?: string }) | undefined;
  if (told?.type === "show") event.waitUntil(show(told, (tab) => tab.url.endsWith(urlOf(told))));
});
worker.addEventListener("notificationclick", (event) => {
  event.notification?.close();
  event.waitUntil(lead(String(event.notification?.data?.url ?? "/messages")));
});

/** Nothing that is pushed is shown over a page that is looked at, nor again what a tab has shown. */
async function pushed(told: Pushed): Promise<void> {
  if (!(await stands(told))) await show(await named(told), () => true);
}

/** A number is called as its reader calls it: only the gateway knows, and it may be out of reach. */
async function named(told: Pushed): Promise<Pushed> {
  if (!/^\+\d+$/.test(told.title ?? "")) return told;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const found = await asked<Conversation>(told, "", signal).catch(() => null);
  return { ...told, title: found?.name ?? told.title };
}

/** What the gateway says of a notification's conversation; null where it says nothing. */
async function asked<T>(told: Pushed, what: string, signal?: AbortSignal): Promise<T | null> {
  const id = told.conversation_id ?? told.url?.split("/").at(-1) ?? "";
  const answer = await fetch(`/api/v1/conversations/${id}${what}`, { signal });
  return answer.ok ? answer.json() : null;
}

const bodyOf = ({ body, text }: Pushed) => body ?? text;
const tagOf = ({ tag, conversation_id: id }: Pushed) => tag ?? (id ? `conv-${id}` : undefined);

function urlOf({ url, conversation_id: id }: Pushed): string {
  return url ?? (id ? `/messages/${id}` : "/messages");
}

/** One of a conversation: a newer one takes its place, and is heard. */
async function show(told: Pushed, shows: (tab: Tab) => boolean): Promise<void> {
  if ((await tabs()).some((tab) => tab.focused && shows(tab))) return;
  await put(told, tagOf(told) ? { renotify: true } : {});
  if (told.picture) await addPicture(told).catch(() => {});
}

/** TypeScript's DOM lacks both; `renotify` is an error without a tag. */
interface More {
  renotify?: boolean;
  image?: string;
}

function put(told: Pushed, more: More): Promise<void> {
  const about: NotificationOptions & More = {
    body: bodyOf(told),
    tag: tagOf(told),
    // No browser draws an SVG here.
    icon: "/icon-192.png",
    data: { url: urlOf(told) },
    ...more,
  };
  return worker.registration.showNotification(told.title ?? "Tandem", about);
}

/** Silently, and only while its words are still there. */
async function addPicture(told: Pushed): Promise<void> {
  for (const wait of LOOKS_MS) {
    await new Promise((go) => setTimeout(go, wait));
    const image = await pictureOf(told);
    if (image === "later") continue;
    if (image && (await stands(told))) await put(told, { image });
    return;
  }
}

async function stands(told: Pushed): Promise<boolean> {
  const known = await worker.registration.getNotifications({ tag: tagOf(told) });
  return known.some(({ body }) => body === bodyOf(told));
}

async function pictureOf(told: Pushed): Promise<string | null> {
  const newest = await asked<{ items: Item[] }>(told, `/messages?limit=${NEWEST}`);
  if (!newest) return null;
  const message = newest.items.find((item) => item.id === told.picture);
  if (message?.type !== "message") return "later";
  const files = message.files.filter((file) => file.media_type?.startsWith("image/"));
  const there = files.find((file) => file.thumb_url);
  if (there) return there.thumb_url;
  return message.files.some((file) => file.state === "pending") ? "later" : null;
}

async function lead(url: string): Promise<void> {
  const [tab] = await tabs();
  if (!tab) {
    await worker.clients.openWindow(url);
    return;
  }
  // The page goes there by itself: loaded anew it would lose what it holds.
  tab.postMessage({ type: "open", url });
  await tab.focus();
}
