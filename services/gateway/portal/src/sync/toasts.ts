/** Short notices at the edge of the page, and what is only said aloud. */
import { strings } from "../strings";
import { clock } from "./clock";
import { failureOf } from "./gateway";
import { touch } from "./topics";

export interface Toast {
  id: number;
  /** Failures interrupt a reader; everything else waits for a pause. */
  kind: "status" | "alert";
  text: string;
  detail?: string;
  /** Something to do, or somewhere to go. */
  /** Until it is answered. */
  stays?: boolean;
  action?: { label: string; run: () => void } | { label: string; href: string };
}

const SHOWN_MS = 6_000;
const FAILURE_SHOWN_MS = 10_000;
/** What leads somewhere is read before it is followed. */
const WAY_SHOWN_MS = 20_000;
const MOST = 4;
const LOG_LINES = 5;

let serial = 0;
export let toasts: Toast[] = [];
export let logLines: { id: number; text: string }[] = [];

export function notice(toast: Omit<Toast, "id">): void {
  serial += 1;
  const id = serial;
  toasts = [...toasts.filter((other) => other.text !== toast.text), { ...toast, id }].slice(-MOST);
  touch("toasts");
  if (toast.stays) return;
  const way = toast.action && "href" in toast.action;
  const shown = toast.kind === "alert" ? FAILURE_SHOWN_MS : SHOWN_MS;
  clock.after(way ? WAY_SHOWN_MS : shown, () => dismiss(id));
}

/** Say why it did not work, in the gateway's words where it gave any. */
export function sorry(error: unknown): void {
  notice({ kind: "alert", text: failureOf(error).text || strings.didNotWork });
}

export function dismiss(id: number): void {
  toasts = toasts.filter((toast) => toast.id !== id);
  touch("toasts");
}

/** Into the hidden log: real arrivals only, never history. */
export function announce(text: string): void {
  serial += 1;
  logLines = [...logLines, { id: serial, text }].slice(-LOG_LINES);
  touch("log");
}
