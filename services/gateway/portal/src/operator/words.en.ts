export const en = {
  operator: "Operator",
  sections: {
    events: "Events",
    time: "Time",
    projections: "Projections",
    replay: "Replay",
    "dead-letters": "Dead letters",
  },
};
