/** `button "Check ownership"`: did any conversation ever have two owners, by a fold of the log. */
import { useState } from "react";
import { useLocation } from "wouter";
import { Button } from "../../kit/Button";
import { log, type Ownership, searchOf } from "./api";
import css from "./events.module.css";
import { numberOf } from "./format";
import { words } from "./words";

/** The claims are what the check is about. */
const QUERY = `/operator/events${searchOf({ type: "queue.conversation-claimed" })}`;
/** Of slices that the gateway folds one after the other: more is a log of days. */
const MOST_SLICES = 2_000;

export function OwnershipCheck() {
  const [, go] = useLocation();
  const [found, setFound] = useState<Ownership | null>(null);
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const check = async () => {
    setState("busy");
    setFound(null);
    try {
      for (let slice = 0; slice < MOST_SLICES; slice += 1) {
        const now = await log.ownership();
        setFound(now);
        if (now.done) break;
      }
      setState("idle");
    } catch {
      setState("failed");
    }
  };
  const first = found?.found[0];
  const done = state === "idle" && found;
  return (
    <span className={css.check}>
      <span role="status">
        {state === "busy" && found && words.folded(numberOf(found.folded), numberOf(found.to_fold))}
        {state === "failed" && words.couldNotCheck}
        {done && (
          <a
            href={first ? `/operator/events/${first.position}` : QUERY}
            data-bad={found.conversations > 0 || undefined}
            onClick={(event) => {
              event.preventDefault();
              go(first ? `/operator/events/${first.position}` : QUERY);
            }}
          >
            {words.ownership(found.conversations, numberOf(found.facts))}
          </a>
        )}
      </span>
      <Button onClick={check} disabled={state === "busy"}>
        {words.checkOwnership}
      </Button>
    </span>
  );
}
