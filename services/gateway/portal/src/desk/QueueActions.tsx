/** `group "Queue actions"`: release, transfer, close; and how long the claim lasts. */
import { Timer } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Conversation } from "../contract/shapes";
import { Button } from "../kit/Button";
import { countdown, useTicking } from "../kit/time";
import { giveUp } from "../messages/claiming";
import css from "../messages/messages.module.css";
import { strings } from "../strings";
import { words } from "./words";

const TransferDialog = lazy(() => import("../messages/TransferDialog"));

export default function QueueActions({ conversation }: { conversation: Conversation }) {
  const [busy, setBusy] = useState(false);
  const [transferring, setTransferring] = useState(false);
  const act = async (how: "release" | "close") => {
    setBusy(true);
    await giveUp(conversation, how);
    setBusy(false);
  };
  const lapses = conversation.queue?.lapses_at;
  return (
    <>
      {lapses && <Lapse at={lapses} />}
      {/* biome-ignore lint/a11y/useSemanticElements: three buttons about one claim, not a form */}
      <div role="group" aria-label={words.queueActions} className={css.queueActions}>
        {conversation.queue?.state === "claimed" && (
          <Button small disabled={busy} onClick={() => void act("release")}>
            {words.giveBack}
          </Button>
        )}
        <Button small disabled={busy} onClick={() => setTransferring(true)}>
          {strings.transfer}
        </Button>
        <Button small disabled={busy} onClick={() => void act("close")}>
          {words.closeQueue}
        </Button>
      </div>
      {transferring && (
        <Suspense fallback={null}>
          <TransferDialog conversation={conversation} close={() => setTransferring(false)} />
        </Suspense>
      )}
    </>
  );
}

function Lapse({ at }: { at: string }) {
  useTicking(1_000);
  return (
    <span role="timer" className={css.lapse}>
      <Timer size={15} aria-hidden />
      {words.lapsesIn(countdown(at))}
    </span>
  );
}
