import type { Figures } from "./api";

export const en = {
  title: "Usage",
  usage: "SMS usage",
  period: "Period",
  periods: { today: "Today", week: "Last 7 days", month: "Last 30 days", this: "This month" },
  figures: {
    sent: "Sent",
    received: "Received",
    mms: "MMS",
    segments: "Segments",
    failed: "Failed",
  },
  hints: {
    sent: "Texts handed to a carrier, one for each recipient and attempt",
    received: "Texts from outside",
    mms: "Of both, those with files",
    segments: "What carriers count: a long text is several",
    failed: "Held back, refused, or reported undelivered",
  },
  outAndIn: (out: number, back: number) => `${out} sent, ${back} received`,
  byDay: "By day",
  byNumber: "By number",
  byPerson: "By extension",
  day: "Day",
  number: "Number",
  person: "Extension",
  total: "Total",
  nobody: "Shared and automatic",
  chart: (from: string, to: string, total: Figures, most: string) =>
    `Texts by day, ${from} to ${to}: ${total.sent} sent, ${total.received} received${most}`,
  most: (day: string, sent: number, received: number) =>
    `; most on ${day}, ${sent} sent and ${received} received`,
  csv: { day: "CSV by day", number: "CSV by number", person: "CSV by extension" },
  zone: (zone: string) => `Days in ${zone}`,
  nothing: "SMS usage appears once at least one user is enabled for SMS.",
  openExtensions: "Open Extensions",
  couldNot: "This could not be loaded.",
};
