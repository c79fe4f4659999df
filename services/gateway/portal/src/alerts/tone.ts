/** What is heard when somebody writes: the organization's own sound, else two soft notes. */
import { world } from "../sync/store";

const NOTES_HZ = [660, 880];
const NOTE_SECONDS = 0.14;
const LOUDNESS = 0.08;
/** A burst of arrivals is one tone. */
const QUIET_MS = 1_000;

let context: AudioContext | null = null;
let last = Number.NEGATIVE_INFINITY;

export function playTone(): void {
  const now = performance.now();
  if (now - last < QUIET_MS) return;
  last = now;
  playAlertTone();
}

/** The organization's own sound, where it has one; else the two notes. */
export function playAlertTone(): void {
  const own = world.rights?.tone;
  if (own)
    void new Audio(`/api/v1/alert-tone?${new URLSearchParams({ of: own })}`)
      .play()
      .catch(playNotes);
  else playNotes();
}

function playNotes(): void {
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
