const BASE_MS = 500;
const CAP_MS = 30_000;

/**
 * Milliseconds to wait before trying again after `failures` failures (0 is the first).
 *
 * Exponential with full jitter, so that clients cut off together do not come back together.
 */
export function backoff(failures: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 16));
}
