/** The words of who is here and who writes, in Spanish. */
import type { en } from "./words.en";

const list = new Intl.ListFormat("es");
const MOST_NAMED = 3;

export const es: typeof en = {
  typing: (names) =>
    names.length > MOST_NAMED
      ? "Varias personas están escribiendo…"
      : `${list.format(names)} ${names.length === 1 ? "está" : "están"} escribiendo…`,
  seesLater: (name) => `${name} está sin conexión y lo verá al volver a entrar.`,
};
