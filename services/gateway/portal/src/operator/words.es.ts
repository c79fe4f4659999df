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
  compared: {
    table: "Tabla",
    serving: "Sirve",
    equal: "Igual",
    tables: (n) => `${n} tablas comparadas`,
    yes: "Sí",
    no: "No",
    rows: (n) => `${n} filas`,
  },
};
