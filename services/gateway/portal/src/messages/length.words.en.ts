/** What a text costs, in words, in English. */
const plural = new Intl.PluralRules("en");
const count = (n: number, one: string, other: string) =>
  `${n} ${plural.select(n) === "one" ? one : other}`;

export const en = {
  length: "Message length",
  characters: (n: number) => count(n, "character", "characters"),
  texts: (n: number) => count(n, "message", "messages"),
  special: (n: number, which: string) =>
    `${plural.select(n) === "one" ? "special character" : "special characters"}: ${which}`,
  tooLong: (most: string) => `too long: at most ${most}`,
  left: (n: number) => `${n} left in the last message`,
  plainLetters: "Use plain characters",
  plainHint: (n: number) => `Then it is ${count(n, "message", "messages")}`,
  replaced: (pairs: string) => `Replaced: ${pairs}`,
  removed: "invisible characters",
  nonBreaking: "special space",
  into: (was: string, now: string) => `${was} → ${now}`,
  space: "a space",
  nothing: "nothing",
};
