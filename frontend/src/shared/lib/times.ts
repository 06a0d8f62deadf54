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

/** "last seen 14:05", with the day where it was not today. */
export function lastSeenText(ts: number, now: Date): string {
  const name = dayName(ts, now);
  return name === "Today" ? `last seen ${shortTime(ts)}` : `last seen ${name === "Yesterday" ? "yesterday" : name}`;
}
