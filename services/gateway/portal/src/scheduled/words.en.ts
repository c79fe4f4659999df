/** The words of what is said later, in English. */

const plural = new Intl.PluralRules("en");

export const en = {
  title: "Send later",
  lead: "It goes out at that time, by the rules of that moment. Until then you can cancel it.",
  choices: "When",
  inAnHour: "In one hour",
  tomorrow: "Tomorrow morning",
  monday: "Monday morning",
  another: "Another time",
  at: "Date and time",
  past: "Choose a time that is still to come",
  schedule: "Schedule",
  scheduled: (time: string) => `Scheduled for ${time}`,
  list: "Scheduled messages",
  count: (n: number) =>
    `${n} ${plural.select(n) === "one" ? "scheduled message" : "scheduled messages"}`,
  next: (time: string) => `next ${time}`,
  by: (name: string) => `by ${name}`,
  cancel: (text: string) => `Cancel “${text}”`,
  cancelIt: "Cancel",
  edit: (text: string) => `Edit “${text}”`,
  editIt: "Edit",
  cancelled: "The message will not be sent",
  notSent: (reason: string) => `Not sent: ${reason}`,
  held: "Waits for an admin",
};
