/** The words of alerts, in English. */
const plural = new Intl.PluralRules("en");
const count = (n: number, one: string, other: string) =>
  `${n} ${plural.select(n) === "one" ? one : other}`;

export const en = {
  sent: (name: string) => `${name} sent a message`,
  missed: (messages: number, conversations: number) =>
    `You missed ${count(messages, "message", "messages")} in ${count(conversations, "conversation", "conversations")}`,
  show: "Show",
  tooMany: (most: number) =>
    `You have more than ${most} open conversations. Close some you no longer need.`,
  oldest: "Show the oldest",
  newer: "A new version is ready",
  reload: "Reload",
  blocked: "Your browser blocks notifications for this site.",
  unblock: "Allow them in its settings for this site, then switch Alerts on again.",
};
