/** How a text will travel: the gateway's rule (services/carriers/encoding.py) over its own tables. */
import { CLINGING, EXTENSION, FLAG_LETTER, GSM7, LIMITS, LOOK_ALIKES } from "../contract/letters";

export interface Measure {
  encoding: "gsm7" | "ucs2";
  /** As people count them: an emoji with its skin tone is one. */
  characters: number;
  /** Septets, or 16-bit code units. */
  units: number;
  segments: number;
  /** What is left in the last segment. */
  left: number;
  /** What forces the wide alphabet, each once; positions count code points. */
  offending: { character: string; position: number }[];
}

export interface Replacement {
  was: string;
  now: string;
  position: number;
}

const UNITS = new Map([
  ...[...GSM7].map((letter) => [letter, 1] as const),
  ...[...EXTENSION].map((letter) => [letter, 2] as const),
]);
const ALIKE = new Map(
  LOOK_ALIKES.flatMap(([plain, letters]) => [...letters].map((letter) => [letter, plain])),
);
const JOINER = "\u200d";
const FIRST_MARK = "\u0300";

const isPlain = (text: string) => [...text].every((letter) => UNITS.has(letter));
const wide = (text: string) => text.length;
const narrow = (text: string) =>
  [...text].reduce((sum, letter) => sum + (UNITS.get(letter) ?? 0), 0);

export function measure(text: string): Measure {
  const offending = new Map<string, number>();
  let characters = 0;
  for (const [position, character] of placed(text)) {
    characters += 1;
    if (!isPlain(character) && !offending.has(character)) offending.set(character, position);
  }
  const encoding = offending.size > 0 ? "ucs2" : "gsm7";
  const units = encoding === "ucs2" ? wide : narrow;
  const parts = split(text);
  const [alone, each] = LIMITS[encoding];
  return {
    encoding,
    characters,
    units: units(text),
    segments: parts.length,
    left: (parts.length <= 1 ? alone : each) - units(parts.at(-1) ?? ""),
    offending: [...offending].map(([character, position]) => ({ character, position })),
  };
}

/** Never within an escape or surrogate pair, nor a character, unless it is longer than a segment. */
export function split(text: string): string[] {
  const plain = isPlain(text);
  const units = plain ? narrow : wide;
  const [alone, each] = LIMITS[plain ? "gsm7" : "ucs2"];
  if (units(text) <= alone) return text ? [text] : [];
  const parts: string[] = [];
  let part = "";
  let used = 0;
  for (const [, character] of placed(text)) {
    for (const piece of units(character) <= each ? [character] : character) {
      if (used + units(piece) > each) {
        parts.push(part);
        part = "";
        used = 0;
      }
      part += piece;
      used += units(piece);
    }
  }
  return [...parts, part];
}

/** The text in plain letters where they look the same, and what was replaced. */
export function simplify(text: string): { text: string; replaced: Replacement[] } {
  const replaced: Replacement[] = [];
  let said = "";
  for (const [position, was] of placed(text)) {
    const now = isPlain(was) ? was : plainOf(was);
    if (now !== was) replaced.push({ was, now, position });
    said += now;
  }
  return { text: said, replaced };
}

function plainOf(character: string): string {
  return [...character.normalize("NFC")].map((letter) => ALIKE.get(letter) ?? letter).join("");
}

/** Characters as people see them, and where each begins. */
function* placed(text: string): Generator<[number, string]> {
  const letters = [...text];
  let start = 0;
  for (let index = 1; index <= letters.length; index += 1) {
    if (index < letters.length && clings(letters, start, index)) continue;
    yield [start, letters.slice(start, index).join("")];
    start = index;
  }
}

function clings(letters: string[], start: number, index: number): boolean {
  const letter = letters[index] ?? "";
  const before = letters[index - 1] ?? "";
  if (letter < FIRST_MARK) return before === "\r" && letter === "\n";
  if (before === "\r" || before === "\n") return false;
  if (FLAG_LETTER.test(letter) && FLAG_LETTER.test(before)) return index - start === 1;
  return before === JOINER || CLINGING.test(letter);
}
