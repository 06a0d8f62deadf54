/** Times as the reader's device shows them. All arguments are microseconds since 1970. */
const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

function dateOf(ts: number): Date {
  return new Date(ts / 1_000);
}

/** The same for all moments of one day in the reader's zone. */
export function dayKey(ts: number): string {
  return dateOf(ts).toDateString();
}

export function shortTime(ts: number): string {
  return time.format(dateOf(ts));
}

export function fullTime(ts: number): string {
  return full.format(dateOf(ts));
}

export function machineTime(ts: number): string {
  return dateOf(ts).toISOString();
}

/** "Today", "Yesterday", or the date; with the year where it is another one. */
export function dayName(ts: number, now: Date): string {
  const date = dateOf(ts);
  if (date.toDateString() === now.toDateString()) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? day : dayOfYear).format(date);
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
  const name = dayName(ts, now);
  return name === "Today" ? `last seen ${shortTime(ts)}` : `last seen ${name === "Yesterday" ? "yesterday" : name}`;
}
