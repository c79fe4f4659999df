export const en = {
  operator: "Operator",
  sections: {
    events: "Events",
    time: "Time",
    projections: "Projections",
    replay: "Replay",
    "dead-letters": "Dead letters",
  },
  compared: {
    table: "Table",
    serving: "Serves",
    equal: "Equal",
    tables: (n: number) => `${n} tables compared`,
    yes: "Yes",
    no: "No",
    rows: (n: string) => `${n} rows`,
  },
};
