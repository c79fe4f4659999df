/** The words of the tray, in Spanish. */
import type { en } from "./tray.words.en";

export const es: typeof en = {
  uploading: (name) => `Subiendo ${name}`,
  preparing: "Preparando…",
  removeFile: (name) => `Quitar ${name}`,
  retryFile: (name) => `Reintentar ${name}`,
  uploadFailed: "No se pudo subir",
  resizedFrom: (size) => `Reducido desde ${size}`,
};
