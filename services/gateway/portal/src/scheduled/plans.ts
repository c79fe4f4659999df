/** What waits in each conversation, read again whenever it may have changed. */
import { useEffect } from "react";
import type { ScheduledMessage } from "../contract/shapes";
import { clock } from "../sync/clock";
import { touch, useTopic } from "../sync/topics";
import { windowOf } from "../sync/windows";
import { plansIn } from "./api";

const plans = new Map<string, ScheduledMessage[]>();

/** By then the gateway has said it, or told why not. */
const AFTER_MS = 2_000;
/** The longest that a browser's timer counts. */
const LONGEST_MS = 2_147_483_647;
/** What was refused is news for so long. */
const NEWS_MS = 24 * 60 * 60 * 1_000;

export async function loadPlans(id: string): Promise<void> {
  // What is not known now is asked again at the next opening.
  const found = await plansIn(id).catch(() => null);
  if (!found) return;
  plans.set(id, found);
  touch(`plans:${id}`);
}

export function usePlans(id: string): ScheduledMessage[] {
  useTopic(`plans:${id}`);
  useTopic(`win:${id}`);
  const known = plans.get(id) ?? [];
  const waiting = known.filter((one) => one.state === "waiting");
  const said = waiting.some((one) => isSaid(id, one));
  const next = Math.min(...waiting.map((one) => Date.parse(one.send_at)));
  useEffect(() => void loadPlans(id), [id]);
  useEffect(() => {
    if (said) void loadPlans(id);
  }, [id, said]);
  useEffect(() => {
    const wait = next - clock.now() + AFTER_MS;
    // One that the guard holds back stays after its time: its end comes as a message.
    if (!Number.isFinite(wait) || wait < 0) return undefined;
    return clock.after(Math.min(wait, LONGEST_MS), () => void loadPlans(id));
  }, [id, next]);
  return known.filter(isNews);
}

function isSaid(id: string, { client_id }: ScheduledMessage): boolean {
  const items = windowOf(id)?.items ?? [];
  return items.some((item) => item.type === "message" && item.client_id === client_id);
}

function isNews({ state, ended_at }: ScheduledMessage): boolean {
  if (state === "waiting") return true;
  return state === "refused" && clock.now() - Date.parse(ended_at ?? "") < NEWS_MS;
}
