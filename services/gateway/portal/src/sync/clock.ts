/** The page's only clock and dice, so that tests may hold both. */
export const clock = {
  now: (): number => Date.now(),
  after: (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: (): number => Math.random(),
};

export type Clock = typeof clock;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Full jitter (portal.md §6.2): anything between nothing and the doubled, capped wait. */
export function retryDelay(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 16));
}
