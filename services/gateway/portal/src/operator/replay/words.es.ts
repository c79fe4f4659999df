import type { en } from "./words.en";

export const es: typeof en = {
  replay: "Repetición",
  lead: "Pliegue un tramo del registro en proyecciones propias y compárelas con lo que sirve. A nadie se le sirven, y se eliminan al terminar.",
  wizard: "Asistente de repetición",
  first: "Desde la posición",
  last: "Hasta la posición",
  pace: "Hechos por segundo",
  dryRun: "Simulacro",
  start: "Empezar",
  couldNot: "No se pudieron cargar las repeticiones.",
  summary: (texts, pushes, calls) =>
    `Se harán ${texts} mensajes, ${pushes} avisos, ${calls} llamadas`,
  reads: (facts, seconds) =>
    seconds < 90
      ? `Se leerán ${facts} hechos, en ${seconds} s como mínimo.`
      : `Se leerán ${facts} hechos, en ${Math.round(seconds / 60)} min como mínimo.`,
  earlier: "Repeticiones",
  none: "Todavía no se ha repetido nada",
  range: (first, last) => `Posiciones ${first} a ${last}`,
  atPace: (n) => `${n} hechos/s`,
  facts: (n) => `${n} hechos`,
  progress: "Repetición",
  cancel: "Cancelar",
  resume: "Reanudar",
  states: {
    running: "En marcha",
    done: "Terminada",
    failed: "Falló",
    cancelled: "Cancelada",
    lost: "Interrumpida",
  },
  replayed: "Repetida",
  allEqual: "Cada tabla es igual a la que sirve.",
  differ: (n) =>
    n === 1 ? "1 tabla difiere de lo que sirve." : `${n} tablas difieren de lo que sirve.`,
};
