/** Whoever signs out with claims in their hands says what becomes of them. */
import { Button } from "../kit/Button";
import { Dialog, DialogActions } from "../kit/Dialog";
import { heldByMe } from "../messages/lists";
import { strings } from "../strings";
import { gateway } from "../sync/gateway";
import { signOut } from "../sync/session";
import { notice } from "../sync/toasts";
import { words } from "./words";

export default function HoldingDialog({ close }: { close: () => void }) {
  const held = heldByMe();
  const leave = async (what: "release" | "keep") => {
    const queues = new Set(held.map((conversation) => conversation.queue?.id ?? ""));
    try {
      for (const queue of queues) await gateway.queueLogout(queue, what);
      await signOut();
    } catch {
      notice({ kind: "alert", text: strings.didNotWork });
      close();
    }
  };
  return (
    <Dialog title={words.holding(held.length)} lead={words.holdingText} onClose={close}>
      <DialogActions>
        <Button onClick={close}>{strings.cancel}</Button>
        <Button onClick={() => void leave("keep")}>{words.keepAndSignOut}</Button>
        <Button kind="primary" autoFocus onClick={() => void leave("release")}>
          {words.releaseAndSignOut}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
