/** Times by the reader's clock, in the language that is spoken now. All arguments are microseconds since 1970. */
import { currentTexts, spoken } from "@/shared/texts/language";

const STYLES = {
  time: { timeStyle: "short" },
  day: { weekday: "long", day: "numeric", month: "long" },
  dayOfYear: { day: "numeric", month: "long", year: "numeric" },
  date: { dateStyle: "medium" },
  moment: { dateStyle: "medium", timeStyle: "short" },
  full: { dateStyle: "full", timeStyle: "medium" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

type Style = keyof typeof STYLES;

/** Kept, for making one is slow. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatted(style: Style, ts: number): string {
  const { locale } = spoken.get();
  const key = `${locale} ${style}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, STYLES[style]);
  formats.set(key, format);
  return format.format(dateOf(ts));
}

function dateOf(ts: number): Date {
  return new Date(ts / 1_000);
}

/** The same for all moments of one day in the reader's zone. */
export function dayKey(ts: number): string {
  return dateOf(ts).toDateString();
}

export interface Day {
  /** Its first moment. */
  readonly begin: number;
  /** The first moment of the next. */
  readonly end: number;
}

/** The day of the moment in the reader's zone. Whether others are in it is known without asking for theirs. */
export function dayAround(ts: number): Day {
  const date = dateOf(ts);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return { begin: new Date(year, month, day).getTime() * 1_000, end: new Date(year, month, day + 1).getTime() * 1_000 };
}

export function shortTime(ts: number): string {
  return formatted("time", ts);
}

export function fullTime(ts: number): string {
  return formatted("full", ts);
}

export function machineTime(ts: number): string {
  return dateOf(ts).toISOString();
}

export function dateText(ts: number): string {
  return formatted("date", ts);
}

/** The day and the time of day. */
export function momentText(ts: number): string {
  return formatted("moment", ts);
}

/** "Today", "Yesterday", or the date; with the year where it is another one. */
export function dayName(ts: number, now: Date): string {
  const { times } = currentTexts();
  switch (daysBefore(ts, now)) {
    case "today":
      return times.today;
    case "yesterday":
      return times.yesterday;
    case null:
      return dateName(ts, now);
  }
}

/** The day in the reader's zone as date fields have it: 2026-03-01. */
export function dayOf(ts: number): string {
  const date = dateOf(ts);
  const [year, month, dayOfMonth] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return [String(year).padStart(4, "0"), ...[month, dayOfMonth].map((it) => String(it).padStart(2, "0"))].join("-");
}

/** When such a day begins in the reader's zone; null for what is no day. */
export function startOfDay(text: string): number | null {
  const start = new Date(`${text}T00:00`).getTime();
  return Number.isNaN(start) ? null : Math.max(0, start * 1_000);
}

/** "last seen 14:05", with the day where it was not today. */
export function lastSeenText(ts: number, now: Date): string {
  const { times } = currentTexts();
  switch (daysBefore(ts, now)) {
    case "today":
      return times.lastSeenAt(shortTime(ts));
    case "yesterday":
      return times.lastSeenYesterday;
    case null:
      return times.lastSeenOn(dateName(ts, now));
  }
}

function daysBefore(ts: number, now: Date): "today" | "yesterday" | null {
  const day = dayKey(ts);
  if (day === now.toDateString()) return "today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  return day === yesterday.toDateString() ? "yesterday" : null;
}

function dateName(ts: number, now: Date): string {
  return formatted(dateOf(ts).getFullYear() === now.getFullYear() ? "day" : "dayOfYear", ts);
}
