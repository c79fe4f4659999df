/** `alertdialog "Delete this message?"`: for whom it goes is said before it does. */
import { useState } from "react";
import type { Message } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Dialog, DialogActions } from "../kit/Dialog";
import { world } from "../sync/store";
import { notice, sorry } from "../sync/toasts";
import { removeItem } from "../sync/windows";
import { deleteMessage } from "./api";
import { words } from "./words";

export function DeleteMessageDialog({ message, close }: { message: Message; close: () => void }) {
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await deleteMessage(message.conversation_id, message.id);
      removeItem(message.conversation_id, message.id);
      notice({ kind: "status", text: words.messageGone });
    } catch (error) {
      sorry(error);
    }
    close();
  };
  return (
    <Dialog alert title={words.askMessage} lead={scopeOf(message)} onClose={close}>
      <DialogActions>
        <Button autoFocus onClick={close}>
          {words.no}
        </Button>
        <Button kind="danger" disabled={busy} onClick={() => void remove()}>
          {words.yes}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** DESIGN.md §6: one's own line and a text go for everyone, a colleague's line for me. */
function scopeOf({ author, conversation_id }: Message): string {
  const texted = world.conversations.get(conversation_id)?.kind === "sms" || author === null;
  if (texted) return words.text;
  return author.id === world.me?.id ? words.ownLine : words.theirLine(author.name);
}
