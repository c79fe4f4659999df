/** Drafts: what was begun and not sent, per conversation, across reloads and tabs. */
import { storage } from "./storage";
import { touch } from "./topics";

interface Draft {
  id: string;
  text: string;
}

const SAVE_AFTER_MS = 300;
const drafts = new Map<string, string>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
/** Typed in here, and not yet noticed by who says so: its code comes later than the field. */
export const unsaid = new Set<string>();
let channel: BroadcastChannel | null = null;

export async function loadDrafts(): Promise<void> {
  for (const { id, text } of await storage.all<Draft>("drafts")) drafts.set(id, text);
  channel = new BroadcastChannel("portal-drafts");
  channel.onmessage = ({ data }: MessageEvent<Draft>) => {
    // The tab that is typed in is ahead of what others saved.
    if (!timers.has(data.id)) remember(data.id, data.text);
  };
  touch("list");
}

export function draftOf(id: string): string {
  return drafts.get(id) ?? "";
}

export function saveDraft(id: string, text: string): void {
  unsaid.add(id);
  remember(id, text);
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => void keep(id, text), SAVE_AFTER_MS),
  );
}

export async function wipeDrafts(): Promise<void> {
  for (const timer of timers.values()) clearTimeout(timer);
  drafts.clear();
  await storage.clear("drafts");
}

function remember(id: string, text: string): void {
  const had = drafts.has(id);
  if (text.trim()) drafts.set(id, text);
  else drafts.delete(id);
  if (had !== drafts.has(id)) touch("list");
  touch(`draft:${id}`);
}

async function keep(id: string, text: string): Promise<void> {
  timers.delete(id);
  if (text.trim()) await storage.put("drafts", { id, text } as Draft);
  else await storage.remove("drafts", id);
  channel?.postMessage({ id, text });
}
