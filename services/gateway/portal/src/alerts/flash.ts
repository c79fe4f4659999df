/** The tab's title says who wrote, in turn with its own, until somebody looks at it. */
import { words } from "./words";

const TURN_MS = 1_000;

let timer: ReturnType<typeof setInterval> | null = null;
let plain = "";
let said = "";

export function flashTitle(name: string): void {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!document.hidden || still) return;
  said = words.sent(name);
  if (timer !== null) return;
  turn();
  timer = setInterval(turn, TURN_MS);
  addEventListener("focus", rest, { once: true });
  document.addEventListener("visibilitychange", rest);
}

function turn(): void {
  if (document.title !== said) {
    plain = document.title;
    document.title = said;
  } else document.title = plain;
}

function rest(): void {
  if (document.hidden || timer === null) return;
  clearInterval(timer);
  timer = null;
  document.removeEventListener("visibilitychange", rest);
  if (document.title === said) document.title = plain;
}
