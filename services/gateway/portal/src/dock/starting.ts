/** Begin to write to somebody from a page beside Messages: in a chat box, on a phone in the thread. */
import { navigate } from "wouter/use-browser-location";
import { pathTo } from "../app/routes";
import { NARROW } from "../kit/time";
import { strings } from "../strings";
import { failureOf, gateway } from "../sync/gateway";
import { putConversation } from "../sync/store";
import { notice } from "../sync/toasts";
import { NEW, openBox } from "./boxes";

const isNarrow = () => matchMedia(NARROW).matches;

/** The conversation is known already. */
export function converse(id: string): void {
  if (isNarrow()) navigate(pathTo.conversation(id));
  else openBox(id);
}

/** To whom is asked in the box. */
export function converseAnew(): void {
  if (isNarrow()) navigate(pathTo.create);
  else openBox(NEW);
}

export async function startWith(body: Parameters<typeof gateway.start>[0]): Promise<void> {
  try {
    const conversation = await gateway.start(body);
    if (!("id" in conversation)) return;
    putConversation(conversation);
    converse(conversation.id);
  } catch (error) {
    notice({ kind: "alert", text: failureOf(error).text || strings.couldNotStart });
  }
}
