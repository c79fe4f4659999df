/** Why somebody cannot text, in Spanish. */
import type { Words } from "./words.en";

export const es: Words = {
  title: "Vaya",
  user: {
    "no-number":
      "No hay ningún número configurado para enviarle mensajes de texto. Pida a su administrador que le asigne uno.",
    "user-off":
      "Los mensajes de texto están desactivados para su extensión. Contacte con su administrador.",
    "system-off":
      "Los mensajes de texto están desactivados para su organización. Contacte con su administrador.",
  },
  admin: {
    "no-number":
      "Ningún número envía mensajes de texto a esta extensión. Configure uno o contacte con soporte.",
    "user-off": "Los mensajes de texto están desactivados para su extensión.",
    "system-off": "Los mensajes de texto están desactivados para su organización.",
  },
  links: {
    "no-number": "Asignar un número",
    "user-off": "Abrir Extensiones",
    "system-off": "Ajustes del sistema",
  },
};
