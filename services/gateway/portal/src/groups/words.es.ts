/** Las palabras de los grupos y sus participantes, en español. */
import type { en } from "./words.en";

const plural = new Intl.PluralRules("es");
const people = (n: number) => (plural.select(n) === "one" ? "persona" : "personas");

export const es: typeof en = {
  participants: "Participantes",
  count: (n) => `${n} ${plural.select(n) === "one" ? "participante" : "participantes"}`,
  you: "Tú",
  byText: "Por SMS",
  message: (name) => `Escribir a ${name}`,
  remove: (name) => `Quitar a ${name}`,
  removeTitle: (name) => `¿Quitar a ${name}?`,
  removeLead: (name) =>
    `${name} puede leer lo dicho hasta ahora y no recibe nada de lo que se diga después.`,
  removeOutsideLead: (name) => `${name} no recibe más SMS de este grupo.`,
  removeIt: "Quitar",
  leave: "Salir del grupo",
  leaveTitle: "¿Salir de este grupo?",
  leaveLead: "No ves nada de lo que se diga después. Alguien del grupo puede añadirte de nuevo.",
  rename: "Cambiar nombre",
  renameTitle: "Cambiar el nombre del grupo",
  name: "Nombre del grupo",
  save: "Guardar",
  add: "Añadir participantes",
  addLead: "Ven lo que se diga a partir de ahora.",
  addIt: "Añadir",
  nobody: "Elige a alguien o escribe un número de teléfono",
  willGetTexts: (names) => `${names} recibirá los mensajes de este grupo por SMS.`,
  reach: (chat, text) =>
    [
      chat > 0 && `${chat} ${plural.select(chat) === "one" ? "compañero" : "compañeros"} por chat`,
      text > 0 && `${text} ${people(text)} por SMS`,
    ]
      .filter(Boolean)
      .join(", "),
};
