/** What a text costs, in words, in Spanish. */
import type { en } from "./length.words.en";

const plural = new Intl.PluralRules("es");
const count = (n: number, one: string, other: string) =>
  `${n} ${plural.select(n) === "one" ? one : other}`;

export const es: typeof en = {
  length: "Longitud del mensaje",
  characters: (n) => count(n, "carácter", "caracteres"),
  texts: (n) => count(n, "mensaje", "mensajes"),
  special: (n, which) => `${n === 1 ? "carácter especial" : "caracteres especiales"}: ${which}`,
  tooLong: (most) => `demasiado largo: ${most} como máximo`,
  left: (n) => `quedan ${n} en el último mensaje`,
  plainLetters: "Usar caracteres simples",
  plainHint: (n) => `Así será ${count(n, "mensaje", "mensajes")}`,
  replaced: (pairs) => `Sustituido: ${pairs}`,
  removed: "caracteres invisibles",
  nonBreaking: "espacio especial",
  into: (was, now) => `${was} → ${now}`,
  space: "un espacio",
  nothing: "nada",
};
