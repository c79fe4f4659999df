/** Why a file may not come along, in Spanish. */
import type { en } from "./judging.words.en";

const plural = new Intl.PluralRules("es");
const count = (n: number, one: string, other: string) =>
  `${n} ${plural.select(n) === "one" ? one : other}`;

export const es: typeof en = {
  badType: (name) => `${name}: este tipo de archivo no se puede enviar.`,
  fileTooBig: (name, most) =>
    `${name} es demasiado grande. Cada archivo puede tener ${most} como máximo.`,
  filesTooBig: (most) => `Estos archivos suman más de ${most}.`,
  tooManyFiles: (most) => `Puedes adjuntar hasta ${count(most, "archivo", "archivos")}.`,
  emptyFile: (name) => `${name} está vacío.`,
};
