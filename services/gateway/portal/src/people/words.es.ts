/** The words of the people page, in Spanish. */
import type { en } from "./words.en";

export const es: typeof en = {
  teammates: "Colegas",
  name: "Nombre",
  extension: "Extensión",
  presence: "Presencia",
  onlineShort: "En línea",
  offlineShort: "Fuera de línea",
  chatWith: (name) => `Chatear con ${name}`,
  noTeammates: "Aún no hay nadie más",
};
