import type { en } from "./words.en";

export const es: typeof en = {
  operator: "Operador",
  sections: {
    events: "Eventos",
    time: "Tiempo",
    projections: "Proyecciones",
    replay: "Repetición",
    "dead-letters": "Descartados",
  },
};
