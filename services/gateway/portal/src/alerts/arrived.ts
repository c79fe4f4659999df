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
  message: string;
}

export function tell({ conversation, name, text, files, message }: Arrived): void {
  if (world.rights?.settings.title_flash) flashTitle(name);
  if (!leads()) return;
  if (world.rights?.settings.tone) playTone();
  // A chat box in sight says it for itself.
  if (document.hasFocus() && isBoxOpen(conversation)) return;
  if (!alertsChosen()) return;
  const picture = files > 0 ? message : null;
  const body = text || strings.filesOnly(files);
  void show({ conversation_id: conversation, title: name, body, picture });
}

/** The worker shows it, for it alone sees every tab: a newer one replaces that of its conversation. */
async function show(told: Record<string, string | null>): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  registration?.active?.postMessage({ type: "show", ...told });
}
