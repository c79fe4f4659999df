/** `alertdialog "Delete chat?"`: nothing happens until it was understood. */
import { useState } from "react";
import { useLocation } from "wouter";
import { pathTo } from "../app/routes";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { Dialog, DialogActions } from "../kit/Dialog";
import { strings } from "../strings";
import { removeConversation } from "../sync/store";
import { notice, sorry } from "../sync/toasts";
import { clearWindow } from "../sync/windows";
import { deleteChat } from "./api";
import css from "./deleting.module.css";
import { words } from "./words";

export function DeleteChatDialog({
  conversation: { id, last_position },
  close,
  gone,
}: {
  conversation: Conversation;
  close: () => void;
  /** What follows; else the list, without it. */
  gone?: () => void;
}) {
  const [, go] = useLocation();
  const [understood, understand] = useState(false);
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await deleteChat(id, last_position);
      close();
      if (gone) gone();
      else go(pathTo.messages);
      removeConversation(id);
      clearWindow(id);
      notice({ kind: "status", text: words.chatGone });
    } catch (error) {
      close();
      sorry(error);
    }
  };
  return (
    <Dialog alert title={words.askChat} lead={words.chat} onClose={close}>
      <label className={css.understand}>
        <input
          type="checkbox"
          checked={understood}
          data-autofocus
          onChange={(event) => understand(event.currentTarget.checked)}
        />
        {words.understand}
      </label>
      <DialogActions>
        <Button onClick={close}>{strings.cancel}</Button>
        <Button kind="danger" disabled={!understood || busy} onClick={() => void remove()}>
          {words.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
