/** The words of alerts, in Spanish. */
import type { en } from "./words.en";

const plural = new Intl.PluralRules("es");
const count = (n: number, one: string, other: string) =>
  `${n} ${plural.select(n) === "one" ? one : other}`;

export const es: typeof en = {
  sent: (name) => `${name} envió un mensaje`,
  missed: (messages, conversations) =>
    `Te perdiste ${count(messages, "mensaje", "mensajes")} en ${count(conversations, "conversación", "conversaciones")}`,
  show: "Mostrar",
  tooMany: (most) =>
    `Tienes más de ${most} conversaciones abiertas. Cierra las que ya no necesites.`,
  oldest: "Mostrar la más antigua",
  newer: "Hay una versión nueva",
  reload: "Recargar",
  blocked: "Tu navegador bloquea las notificaciones de este sitio.",
  unblock: "Permítelas en sus ajustes para este sitio y vuelve a activar las alertas.",
};
