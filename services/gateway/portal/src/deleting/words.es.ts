/** The words of deleting and muting, in Spanish. */
import type { en } from "./words.en";

export const es: typeof en = {
  remove: "Eliminar",
  yes: "Sí",
  no: "No",
  askMessage: "¿Eliminar este mensaje?",
  ownLine: "Desaparece para todos en este chat. No se puede deshacer.",
  theirLine: (name) =>
    `Desaparece solo para ti: ${name} y los demás lo conservan. No se puede deshacer.`,
  text: "Desaparece para todos los que aquí ven esta conversación; la otra parte conserva su copia. No se puede deshacer.",
  messageGone: "Mensaje eliminado",
  deleteChat: "Eliminar el chat",
  askChat: "¿Eliminar el chat?",
  chat: "Todo lo dicho hasta ahora desaparece solo para ti: los demás lo conservan. Un mensaje nuevo trae de vuelta el chat sin su historial. No se puede deshacer.",
  understand: "Lo entiendo",
  chatGone: "Chat eliminado",
  turnOff: "Desactivar notificaciones",
  turnOn: "Activar notificaciones",
};
