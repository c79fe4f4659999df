/** Follows a call from the first ring to its end, and says each step once. */
import { clock } from "../sync/clock";
import { Refusal } from "../sync/gateway";
import { notice } from "../sync/toasts";
import { type CallState, calls } from "./api";
import { words } from "./words";

const POLL_MS = 1_500;
/** A phone that rings longer than this has been left ringing. */
const POLLS = 80;

export async function callNumber(number: string, own: string | null, name: string): Promise<void> {
  try {
    let call = await calls.ring(number, own);
    say(call, name);
    for (let poll = 0; poll < POLLS && isRinging(call); poll += 1) {
      await new Promise<void>((resolve) => clock.after(POLL_MS, resolve));
      const now = await calls.look(call.id);
      if (now.state !== call.state) say(now, name);
      call = now;
    }
  } catch (error) {
    const text = error instanceof Refusal ? error.message : words.away;
    notice({ kind: "alert", text });
  }
}

function isRinging({ state }: CallState): boolean {
  return state === "ringing-you" || state === "ringing-them";
}

const SAID: Record<CallState["state"], (name: string) => string> = {
  "ringing-you": words.callingYou,
  "ringing-them": words.callingThem,
  connected: words.connected,
  ended: words.ended,
  failed: words.failed,
};

function say({ state, reason }: CallState, name: string): void {
  const kind = state === "failed" ? "alert" : "status";
  notice({ kind, text: SAID[state](name), detail: reason ?? undefined });
}
