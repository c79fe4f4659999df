/** Las palabras de lo que se dice más tarde, en español. */
import type { en } from "./words.en";

const plural = new Intl.PluralRules("es");

export const es: typeof en = {
  title: "Enviar más tarde",
  lead: "Sale a esa hora, según las reglas de ese momento. Hasta entonces puedes cancelarlo.",
  choices: "Cuándo",
  inAnHour: "Dentro de una hora",
  tomorrow: "Mañana por la mañana",
  monday: "El lunes por la mañana",
  another: "Otro momento",
  at: "Fecha y hora",
  past: "Elige una hora que aún no haya pasado",
  schedule: "Programar",
  scheduled: (time) => `Programado para ${time}`,
  list: "Mensajes programados",
  count: (n) =>
    `${n} ${plural.select(n) === "one" ? "mensaje programado" : "mensajes programados"}`,
  next: (time) => `el próximo ${time}`,
  by: (name) => `de ${name}`,
  cancel: (text) => `Cancelar «${text}»`,
  cancelIt: "Cancelar",
  edit: (text) => `Editar «${text}»`,
  editIt: "Editar",
  cancelled: "El mensaje no se enviará",
  notSent: (reason) => `No enviado: ${reason}`,
  held: "Espera a un administrador",
};
