/** Close, with a way back: the row goes at once, the toast undoes it. */
import type { Conversation } from "../contract/shapes";
import { strings } from "../strings";
import { gateway } from "../sync/gateway";
import { changeConversation } from "../sync/store";
import { notice, sorry } from "../sync/toasts";

export async function closeConversation({ id, name }: Conversation): Promise<void> {
  changeConversation(id, { closed: true });
  const undo = { label: strings.undo, run: () => void reopenConversation(id) };
  notice({ kind: "status", text: strings.closed(name), action: undo });
  try {
    await gateway.close(id);
  } catch (error) {
    changeConversation(id, { closed: false });
    sorry(error);
  }
}

export async function reopenConversation(id: string): Promise<void> {
  changeConversation(id, { closed: false });
  try {
    await gateway.reopen(id);
  } catch (error) {
    changeConversation(id, { closed: true });
    sorry(error);
  }
}
