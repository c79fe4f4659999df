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
  focus(): Promise<Tab>;
  navigate(url: string): Promise<Tab | null>;
}
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
  data?: { json(): Pushed };
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
worker.addEventListener("push", (event) => event.waitUntil(show(event.data?.json() ?? {})));
worker.addEventListener("notificationclick", (event) => {
  event.notification?.close();
  event.waitUntil(lead(String(event.notification?.data?.url ?? "/messages")));
});

/** Nothing is shown over a page that is looked at: it shows the message itself. */
async function show(pushed: Pushed): Promise<void> {
  if ((await tabs()).some((tab) => tab.focused)) return;
  const { title = "Tandem", conversation_id: id } = pushed;
  const url = pushed.url ?? (id ? `/messages/${id}` : "/messages");
  const tag = pushed.tag ?? (id ? `conv-${id}` : undefined);
  await worker.registration.showNotification(title, {
    body: pushed.body ?? pushed.text,
    tag,
    icon: "/favicon.svg",
    data: { url },
  });
}

async function lead(url: string): Promise<void> {
  const [tab] = await tabs();
  if (!tab) {
    await worker.clients.openWindow(url);
    return;
  }
  await tab.focus();
  await tab.navigate(url);
}
