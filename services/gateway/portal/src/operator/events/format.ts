/** Times and types of the log as operators read them. */
import { strings } from "../../strings";

const times = new Intl.DateTimeFormat(strings.lang, {
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});
const numbers = new Intl.NumberFormat(strings.lang);

export const timeOf = (at: string) => times.format(new Date(at));
export const numberOf = (n: number) => numbers.format(n);
/** `queue.conversation-claimed.v1` → "Conversation claimed". */
export function plainType(type: string): string {
  const name = (type.split(".")[1] ?? type).replaceAll("-", " ");
  return name.charAt(0).toUpperCase() + name.slice(1);
}
