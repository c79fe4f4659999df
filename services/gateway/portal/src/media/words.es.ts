/** Las palabras de la galería, en español. */
import type { en } from "./words.en";

export const es: typeof en = {
  gallery: "Galería",
  previousFile: "Archivo anterior",
  nextFile: "Archivo siguiente",
  details: "Detalles",
  download: "Descargar",
  hideThumbnails: "Ocultar miniaturas",
  showThumbnails: "Mostrar miniaturas",
  thumbnails: "Miniaturas",
  fileOf: (place, all) => `Archivo ${place} de ${all}`,
  fileDetails: "Detalles del archivo",
  fileName: "Nombre",
  fileType: "Tipo",
  fileSize: "Tamaño",
  fileDimensions: "Dimensiones",
  fileFrom: "De",
  fileDate: "Fecha",
  noPreview: "Sin vista previa para este tipo de archivo",
  couldNotLoadFiles: "No se pudieron cargar los adjuntos.",
};
