/** Tells of a message beyond the page: in each tab's title; by the tab that leads, aloud and on the desktop. */
import { isBoxOpen } from "../dock/boxes";
import { strings } from "../strings";
import { leads } from "../sync/leading";
import { world } from "../sync/store";
import { flashTitle } from "./flash";
import { alertsChosen } from "./push";
import { playTone } from "./tone";

export interface Arrived {
  conversation: string;
  name: string;
  text: string;
  files: number;
}

export function tell({ conversation, name, text, files }: Arrived): void {
  if (world.rights?.settings.title_flash) flashTitle(name);
  if (!leads()) return;
  if (world.rights?.settings.tone) playTone();
  // A chat box in sight says it for itself.
  if (document.hasFocus() && isBoxOpen(conversation)) return;
  if (alertsChosen()) void show(conversation, name, text || strings.filesOnly(files));
}

/** The worker shows it, for it alone sees every tab: a newer one replaces that of its conversation. */
async function show(conversation_id: string, title: string, body: string): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  registration?.active?.postMessage({ type: "show", conversation_id, title, body });
}
