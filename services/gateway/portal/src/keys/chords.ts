/** A press of keys as a word: "n", "alt+arrowdown", "mod+shift+a", "?". */

/** Ctrl, and on a Mac the command key: people mean the same by both. */
export function chordOf(event: KeyboardEvent): string {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const name = key.toLowerCase();
  // A sign already tells that Shift was held to reach it; a letter and a named key do not.
  const tells = name.length > 1 || /\p{L}/u.test(name);
  return [(ctrlKey || metaKey) && "mod", altKey && "alt", shiftKey && tells && "shift", name]
    .filter(Boolean)
    .join("+");
}

/** A single key types where there is a field, so it does nothing else there. */
export function isSingle(chord: string): boolean {
  return !/^(mod|alt)\+|^(shift\+)?f\d+$|^escape$/.test(chord);
}

const NAMES: Record<string, string> = {
  mod: "Ctrl",
  alt: "Alt",
  shift: "Shift",
  arrowdown: "↓",
  arrowup: "↑",
  enter: "Enter",
  escape: "Esc",
};

/** The caps that one presses, as the list shows them. */
export function capsOf(chord: string): string[] {
  return chord.split("+").map((part) => NAMES[part] ?? part.toUpperCase());
}
