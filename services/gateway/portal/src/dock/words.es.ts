/** The words of chat boxes, in Spanish. */
import type { en } from "./words.en";

export const es: typeof en = {
  chatWith: (name) => `Chat con ${name}`,
  newChat: "Chat nuevo",
  minimize: "Minimizar el chat",
  close: "Cerrar el chat",
  settings: "Ajustes de la conversación",
  remove: "Eliminar la conversación",
  more: (n) => `${n} ${n === 1 ? "chat más" : "chats más"}`,
};
