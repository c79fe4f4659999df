/** In the place of Claim, where the queue asks one agent: who that is; and for them, yes or no. */
import { useState } from "react";
import type { Waiting } from "../contract/shapes";
import { Button } from "../kit/Button";
import { countdown, useTicking } from "../kit/time";
import { claim } from "../messages/claiming";
import { nameOf } from "../messages/lists";
import { world } from "../sync/store";
import { sorry } from "../sync/toasts";
import { desk } from "./api";
import css from "./desk.module.css";
import { words } from "./words";

export default function Offer({ entry, done }: { entry: Waiting; done: (id: string) => void }) {
  useTicking(1_000);
  const [busy, setBusy] = useState(false);
  const { offered_to: asked, offer_ends_at: ends } = entry;
  if (!asked) return null;
  if (asked !== world.me?.id)
    return (
      <span className={css.asked}>
        {words.offeredTo(world.people.get(asked)?.name ?? words.agent)}
      </span>
    );
  const name = nameOf(entry);
  const accept = async () => {
    setBusy(true);
    if (await claim(entry)) done(entry.conversation_id);
    setBusy(false);
  };
  const decline = async () => {
    setBusy(true);
    const { queue_id, conversation_id } = entry;
    await desk.decline({ queue_id, conversation_id }).catch((error: unknown) => {
      sorry(error);
    });
    setBusy(false);
  };
  return (
    <span className={css.offer}>
      <span role="timer" className={css.asked}>
        {words.offeredToYou(ends ? countdown(ends) : "")}
      </span>
      <Button
        small
        kind="primary"
        disabled={busy}
        label={busy ? undefined : words.acceptNamed(name)}
        onClick={() => void accept()}
      >
        {busy ? words.accepting : words.accept}
      </Button>
      <Button small disabled={busy} label={words.declineNamed(name)} onClick={() => void decline()}>
        {words.decline}
      </Button>
    </span>
  );
}
