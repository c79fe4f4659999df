/** `list "Scheduled messages"` above the composer: what waits here, and what was refused at its time. */
import { CalendarClock, CircleAlert } from "lucide-react";
import { useState } from "react";
import type { Conversation, ScheduledMessage } from "../contract/shapes";
import { exactTime, whenWords } from "../kit/time";
import { draftOf, saveDraft } from "../sync/drafts";
import { world } from "../sync/store";
import { notice, sorry } from "../sync/toasts";
import { cancelPlan } from "./api";
import { loadPlans, usePlans } from "./plans";
import css from "./scheduled.module.css";
import { words } from "./words";

const LABEL_LETTERS = 40;

export default function ScheduledList({ conversation: { id } }: { conversation: Conversation }) {
  const plans = usePlans(id);
  const first = plans.find((one) => one.state === "waiting");
  if (plans.length === 0) return null;
  return (
    <details className={css.plans}>
      <summary>
        <CalendarClock size={16} aria-hidden />
        {words.count(plans.length)}
        {first && <small>{words.next(whenWords(first.send_at))}</small>}
      </summary>
      <ul aria-label={words.list}>
        {plans.map((one) => (
          <Plan key={one.id} plan={one} />
        ))}
      </ul>
    </details>
  );
}

function Plan({ plan }: { plan: ScheduledMessage }) {
  const [busy, setBusy] = useState(false);
  const { text, send_at, state, author, held, failure } = plan;
  const label = text.length > LABEL_LETTERS ? `${text.slice(0, LABEL_LETTERS)}…` : text;
  const cancel = async (then: () => void) => {
    setBusy(true);
    const done = await cancelled(plan);
    setBusy(false);
    if (done) then();
  };
  return (
    <li data-state={state}>
      <p className={css.when}>
        <time dateTime={send_at} title={exactTime(send_at)}>
          {whenWords(send_at)}
        </time>
        {author.id !== world.me?.id && <span>{words.by(author.name)}</span>}
        {held && <span>{words.held}</span>}
      </p>
      <p className={css.text} dir="auto">
        {text}
      </p>
      {state === "refused" && (
        <p className={css.refused}>
          <CircleAlert size={15} aria-hidden />
          {words.notSent(failure?.text ?? "")}
        </p>
      )}
      {state === "waiting" && (
        <span className={css.acts}>
          <button
            type="button"
            aria-label={words.edit(label)}
            disabled={busy}
            onClick={() => void cancel(() => giveBack(plan))}
          >
            {words.editIt}
          </button>
          <button
            type="button"
            aria-label={words.cancel(label)}
            disabled={busy}
            onClick={() => void cancel(() => notice({ kind: "status", text: words.cancelled }))}
          >
            {words.cancelIt}
          </button>
        </span>
      )}
    </li>
  );
}

async function cancelled(plan: ScheduledMessage): Promise<boolean> {
  try {
    await cancelPlan(plan);
    return true;
  } catch (error) {
    sorry(error);
    return false;
  } finally {
    await loadPlans(plan.conversation_id);
  }
}

/** Back into the field, below what is begun there. */
function giveBack({ conversation_id, text }: ScheduledMessage): void {
  const begun = draftOf(conversation_id);
  saveDraft(conversation_id, begun.trim() ? `${begun}\n${text}` : text);
}
