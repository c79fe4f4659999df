/** Times as people say them, in the reader's zone and language. */
import { useEffect, useState } from "react";
import { strings } from "../strings";
import { clock } from "../sync/clock";

const DAY_MS = 86_400_000;
const WEEK_DAYS = 6;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(at: Date, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${strings.lang}:${name}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(strings.lang, options);
  formats.set(key, known);
  return known.format(at);
}

export function clockTime(at: string): string {
  return format(new Date(at), "clock", { hour: "numeric", minute: "2-digit" });
}

export function exactTime(at: string): string {
  return format(new Date(at), "exact", { dateStyle: "full", timeStyle: "medium" });
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Which day it is, as a number to compare; its name is dear. */
export function dayOf(at: string): number {
  return midnight(Date.parse(at));
}

function daysAgo(at: string): number {
  return Math.round((midnight(clock.now()) - midnight(Date.parse(at))) / DAY_MS);
}

export function dayName(at: string): string {
  const days = daysAgo(at);
  if (days === 0) return strings.today;
  if (days === 1) return strings.yesterday;
  if (days > 0 && days <= WEEK_DAYS) return format(new Date(at), "weekday", { weekday: "long" });
  return format(new Date(at), "date", { day: "numeric", month: "long", year: "numeric" });
}

/** "Today, 9:00 AM", "Friday, 9:00 AM", "12 March 2027, 9:00 AM": what is still to come. */
export function whenWords(at: string): string {
  const days = -daysAgo(at);
  const soon = days > 0 && days <= WEEK_DAYS;
  const day = soon ? format(new Date(at), "weekday", { weekday: "long" }) : dayName(at);
  return `${day}, ${clockTime(at)}`;
}

export function listTime(at: string): string {
  const days = daysAgo(at);
  if (days === 0) return clockTime(at);
  if (days === 1) return strings.yesterday;
  if (days > 0 && days <= WEEK_DAYS)
    return format(new Date(at), "short-weekday", { weekday: "short" });
  return format(new Date(at), "short-date", { day: "numeric", month: "short" });
}

/** "40 s", "7 min", "2 h": how long somebody has been waiting. */
export function since(at: string): string {
  const seconds = Math.max(0, Math.floor((clock.now() - Date.parse(at)) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} d`;
}

export function countdown(at: string): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(at) - clock.now()) / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Re-render as time goes by. */
export function useTicking(ms: number): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

export function useMedia(query: string): boolean {
  const [matches, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const change = () => set(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, [query]);
  return matches;
}

export const NARROW = "(width < 720px)";
