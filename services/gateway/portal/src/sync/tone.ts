/** Two soft notes when somebody writes; one tab plays them for all (Web Locks). */

const NOTES_HZ = [660, 880];
const NOTE_SECONDS = 0.14;
const LOUDNESS = 0.08;
/** A burst of arrivals is one tone. */
const QUIET_MS = 1_000;

let leading = false;
let context: AudioContext | null = null;
let last = Number.NEGATIVE_INFINITY;

/** Stand in line to be the tab that plays; the next one follows when this tab is gone. */
export function standInLine(): void {
  if (!navigator.locks) {
    leading = true; // an insecure origin has no locks: every tab plays
    return;
  }
  void navigator.locks.request("portal-notify", () => {
    leading = true;
    return new Promise(() => undefined);
  });
}

/** One tab tells of what comes, for all. */
export function leads(): boolean {
  return leading;
}

export function playTone(): void {
  const now = performance.now();
  if (!leading || now - last < QUIET_MS) return;
  last = now;
  context ??= new AudioContext();
  void context.resume();
  NOTES_HZ.forEach((frequency, index) => {
    note(context as AudioContext, frequency, index * NOTE_SECONDS);
  });
}

function note(audio: AudioContext, frequency: number, after: number): void {
  const begin = audio.currentTime + after;
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.linearRampToValueAtTime(LOUDNESS, begin + NOTE_SECONDS / 4);
  volume.gain.linearRampToValueAtTime(0, begin + NOTE_SECONDS);
  const tone = new OscillatorNode(audio, { frequency });
  tone.connect(volume).connect(audio.destination);
  tone.start(begin);
  tone.stop(begin + NOTE_SECONDS);
}
