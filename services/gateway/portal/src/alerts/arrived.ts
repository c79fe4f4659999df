/** Tells of a message beyond the page: in the tab's title, and on the desktop by the tab that leads. */
import { strings } from "../strings";
import { leads } from "../sync/tone";
import { flashTitle } from "./flash";
import { alertsChosen } from "./push";

export interface Arrived {
  conversation: string;
  name: string;
  text: string;
  files: number;
}

export function tell({ conversation, name, text, files }: Arrived): void {
  flashTitle(name);
  if (leads() && alertsChosen()) void show(conversation, name, text || strings.filesOnly(files));
}

/** The worker shows it, for it alone sees every tab: a newer one replaces that of its conversation. */
async function show(conversation_id: string, title: string, body: string): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  registration?.active?.postMessage({ type: "show", conversation_id, title, body });
}
