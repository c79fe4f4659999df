/** Turn a conversation's notifications off and on: it shows at once. */
import type { Conversation } from "../contract/shapes";
import { changeConversation } from "../sync/store";
import { sorry } from "../sync/toasts";
import { mute, unmute } from "./api";

let before: Promise<unknown> = Promise.resolve();

/** One after the other, so that the last press is the one that holds. */
export function turn({ id, muted }: Conversation): Promise<unknown> {
  changeConversation(id, { muted: !muted });
  before = before
    .then(() => (muted ? unmute(id) : mute(id)))
    .catch((error) => {
      changeConversation(id, { muted });
      sorry(error);
    });
  return before;
}
