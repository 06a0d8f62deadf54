/** Times of quiet as they are chosen: minutes since midnight as `22:05`, and until when a choice holds. */
const HOUR_MS = 3_600_000;
/** When the next morning begins. */
const MORNING = 8;

/** As a time field shows it. */
export function clockOf(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** What a time field holds; null where it is empty. */
export function minutesOf(clock: string): number | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)/u.exec(clock) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}

/** An hour from now, in microseconds since 1970. */
export function inAnHour(now: Date): number {
  return (now.getTime() + HOUR_MS) * 1_000;
}

/** The next morning by the device's clock, in microseconds since 1970. */
export function nextMorning(now: Date): number {
  const morning = new Date(now);
  morning.setHours(MORNING, 0, 0, 0);
  if (morning <= now) morning.setDate(morning.getDate() + 1);
  return morning.getTime() * 1_000;
}
