/** Turn a conversation's notifications off and on: it shows at once. */
import type { Conversation } from "../contract/shapes";
import { changeConversation } from "../sync/store";
import { sorry } from "../sync/toasts";
import { mute, unmute } from "./api";

export async function turn({ id, muted }: Conversation): Promise<void> {
  changeConversation(id, { muted: !muted });
  try {
    await (muted ? unmute(id) : mute(id));
  } catch (error) {
    changeConversation(id, { muted });
    sorry(error);
  }
}
