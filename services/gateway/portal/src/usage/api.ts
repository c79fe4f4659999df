/** What the usage page asks of the gateway, and the days that it asks about. */
import type { Schemas } from "../contract/shapes";
import { client, told } from "../sync/gateway";

export type Usage = Schemas["Usage"];
export type Figures = Schemas["UsageFigures"];
export type Period = "today" | "week" | "month" | "this";
export type By = "day" | "number" | "person";

export interface Days {
  from: string;
  to: string;
  zone: string;
}

export function usageOf(days: Days): Promise<Usage> {
  return told(client.GET("/api/v1/usage", { params: { query: { ...days } } }));
}

export function csvOf(days: Days, by: By): string {
  return `/api/v1/usage.csv?${new URLSearchParams({ ...days, by })}`;
}

/** The days of a period that ends today, by the clocks of a place. */
export function daysOf(period: Period, now: number, zone: string): Days {
  const to = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(now);
  const first = new Date(`${to}T00:00:00Z`);
  const back = { today: 0, week: 6, month: 29, this: first.getUTCDate() - 1 }[period];
  first.setUTCDate(first.getUTCDate() - back);
  return { from: first.toISOString().slice(0, 10), to, zone };
}
