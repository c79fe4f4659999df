/** The words of calls and video, in Spanish. */
import type { Words } from "./words.en";

export const es: Words = {
  call: "Llamar",
  video: "Iniciar vídeo",
  callingYou: (name) => `Llamando a su teléfono, después a ${name}…`,
  callingThem: (name) => `Llamando a ${name}…`,
  connected: (name) => `En llamada con ${name}`,
  ended: (name) => `Llamada con ${name} terminada`,
  failed: (name) => `La llamada a ${name} falló`,
  away: "No se puede contactar con la centralita.",
  videoAt: (url) => `Vídeo: ${url}`,
  noVideo: "No se pudo iniciar el vídeo.",
};
