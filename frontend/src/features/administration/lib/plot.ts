/** Where things are in a plot over time, in percent of its width and height from the top left corner. */

/** The value of a span of time that began at `at`; null where it is not known. */
export interface Reading {
  readonly at: number;
  readonly value: number | null;
}

/** Of the whole plot: microseconds since 1970, and how long a span is. */
export interface Extent {
  readonly since: number;
  readonly until: number;
  readonly step: number;
}

/** What the top of a plot stands for: counts, and seconds that are whole minutes, hours or days. */
export type Scale = (highest: number) => number;

const DURATIONS: readonly number[] = [10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];
const DAY = 86_400;

/** The next of 1, 2, 5, 10, 20, 50 and so on. */
export const counts: Scale = (highest) => {
  if (highest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return power * ([1, 2, 5].find((factor) => factor * power >= highest) ?? 10);
};

export const durations: Scale = (highest) =>
  DURATIONS.find((seconds) => seconds >= highest) ?? Math.ceil(highest / DAY) * DAY;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Lines from the middle of a span to that of the next, broken where something is not known. */
export function runs(readings: readonly Reading[], { since, until, step }: Extent, top: number): readonly Place[][] {
  const found: Place[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, value } of readings) {
    if (value === null) continue;
    const place = { x: (100 * (at + step / 2 - since)) / (until - since), y: 100 * (1 - value / top) };
    if (at - last > step) found.push([place]);
    else found[found.length - 1]?.push(place);
    last = at;
  }
  return found;
}

/** As the `d` of an SVG path. */
export function lineOf(run: readonly Place[]): string {
  const places = run.map(({ x, y }) => `${round(x)} ${round(y)}`);
  // A line to where it begins makes a dot of a single place.
  return `M${(places.length === 1 ? [...places, ...places] : places).join("L")}`;
}

/** What is below the line. */
export function areaOf(run: readonly Place[]): string {
  return `${lineOf(run)}V100H${round(run[0]?.x ?? 0)}Z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
