import { useCallback, useState } from "react";

import { sentenceFor } from "@/shared/api/api-error";

export interface Action<Arguments extends unknown[]> {
  readonly run: (...given: Arguments) => Promise<void>;
  readonly busy: boolean;
  /** What went wrong the last time. */
  readonly error: unknown;
  readonly problem: string | null;
}

/** A request that the user sets off: whether it runs, and what went wrong. Runs once at a time. */
export function useAction<Arguments extends unknown[]>(
  act: (...given: Arguments) => Promise<void>,
): Action<Arguments> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = useCallback(
    async (...given: Arguments) => {
      if (busy) return;
      setBusy(true);
      setError(null);
      try {
        await act(...given);
      } catch (failure) {
        setError(failure);
      } finally {
        setBusy(false);
      }
    },
    [act, busy],
  );
  return { run, busy, error, problem: error === null ? null : sentenceFor(error) };
}
