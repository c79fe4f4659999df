/** Why a file may not come along, in English. */
const plural = new Intl.PluralRules("en");
const count = (n: number, one: string, other: string) =>
  `${n} ${plural.select(n) === "one" ? one : other}`;

export const en = {
  badType: (name: string) => `${name}: this file type can't be sent.`,
  fileTooBig: (name: string, most: string) =>
    `${name} is too big. Each file can be at most ${most}.`,
  filesTooBig: (most: string) => `These files are more than ${most} together.`,
  tooManyFiles: (most: number) => `You can attach up to ${count(most, "file", "files")}.`,
  emptyFile: (name: string) => `${name} is empty.`,
};
