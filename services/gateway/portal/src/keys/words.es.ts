/** Las palabras de los atajos de teclado, en español. */
import type { en } from "./words.en";

export const es: typeof en = {
  title: "Atajos de teclado",
  switcher: "Ir a…",
  where: "Buscar chats, personas y páginas",
  nothing: "Nada coincide",
  goTo: (page) => `Ir a ${page}`,
  sections: { chats: "Conversaciones", people: "Personas", pages: "Páginas y órdenes" },
  found: (n) => `${n} ${n === 1 ? "resultado" : "resultados"}`,
  or: "o",
  after: "después",
  groups: { go: "Buscar e ir", thread: "En una conversación", page: "En la página" },
  names: {
    switcher: "Ir a…",
    create: "Enviar mensaje nuevo",
    search: "Buscar conversaciones",
    next: "Conversación siguiente",
    previous: "Conversación anterior",
    unread: "Siguiente conversación sin leer",
    compose: "Escribir en esta conversación",
    send: "Enviar",
    attach: "Adjuntar archivos",
    mark: "Marcar como no leída",
    mute: "Silenciar o activar avisos",
    close: "Cerrar esta conversación",
    claim: "Tomar la conversación que lleva más tiempo esperando",
    list: "De escribir, de vuelta a la lista",
    region: "Parte siguiente de la página",
    back: "Parte anterior de la página",
    help: "Mostrar esta lista",
  },
};
