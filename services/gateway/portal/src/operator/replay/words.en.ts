export const en = {
  replay: "Replay",
  lead: "Fold a range of the log into projections of its own and compare them with what serves. Nobody is served by them, and they are dropped when it is done.",
  wizard: "Replay wizard",
  first: "From position",
  last: "To position",
  pace: "Facts a second",
  dryRun: "Dry run",
  start: "Start",
  couldNot: "Couldn't load replays.",
  summary: (texts: number, pushes: number, calls: number) =>
    `${texts} texts, ${pushes} pushes, ${calls} calls will be made`,
  reads: (facts: string, seconds: number) =>
    seconds < 90
      ? `${facts} facts will be read, in ${seconds} s at least.`
      : `${facts} facts will be read, in ${Math.round(seconds / 60)} min at least.`,
  earlier: "Replays",
  none: "Nothing was replayed yet",
  range: (first: string, last: string) => `Positions ${first} to ${last}`,
  atPace: (n: string) => `${n} facts/s`,
  facts: (n: string) => `${n} facts`,
  progress: "Replay",
  cancel: "Cancel",
  resume: "Resume",
  states: {
    running: "Running",
    done: "Done",
    failed: "Failed",
    cancelled: "Cancelled",
    lost: "Interrupted",
  },
  replayed: "Replayed",
  allEqual: "Every table is equal to what serves.",
  differ: (n: number) =>
    n === 1 ? "1 table differs from what serves." : `${n} tables differ from what serves.`,
};
