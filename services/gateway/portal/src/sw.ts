/** The service worker: shows what notify pushes, and leads a click to its conversation. */

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
}

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
  const known = await worker.registration.getNotifications({ tag: tagOf(told) });
  if (!known.some(({ body }) => body === bodyOf(told))) await show(told, () => true);
}

const bodyOf = ({ body, text }: Pushed) => body ?? text;
const tagOf = ({ tag, conversation_id: id }: Pushed) => tag ?? (id ? `conv-${id}` : undefined);

function urlOf({ url, conversation_id: id }: Pushed): string {
  return url ?? (id ? `/messages/${id}` : "/messages");
}

/** One of a conversation: a newer one takes its place, and is heard. */
async function show(told: Pushed, shows: (tab: Tab) => boolean): Promise<void> {
  if ((await tabs()).some((tab) => tab.focused && shows(tab))) return;
  const { title = "Tandem" } = told;
  const tag = tagOf(told);
  await worker.registration.showNotification(title, {
    body: bodyOf(told),
    tag,
    // TypeScript's DOM lacks it; it is an error without a tag.
    ...(tag && { renotify: true }),
    icon: "/favicon.svg",
    data: { url: urlOf(told) },
  });
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
