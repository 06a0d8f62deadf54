import { useCallback, useEffect, useState } from "react";

import { sentenceFor } from "@/shared/api/api-error";

export type Request<Answer> =
  | { readonly status: "loading" }
  | { readonly status: "loaded"; readonly answer: Answer }
  | { readonly status: "failed"; readonly problem: string };

/**
 * Asks at once and whenever `ask` changes; an answer that was overtaken is dropped.
 *
 * What was loaded stays while the next answer is on its way. `ask` must be kept by useCallback.
 */
export function useRequest<Answer>(ask: () => Promise<Answer>): Request<Answer> & { readonly again: () => void } {
  const [request, setRequest] = useState<Request<Answer>>({ status: "loading" });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let overtaken = false;
    ask().then(
      (answer) => {
        if (!overtaken) setRequest({ status: "loaded", answer });
      },
      (error: unknown) => {
        if (!overtaken) setRequest({ status: "failed", problem: sentenceFor(error) });
      },
    );
    return () => {
      overtaken = true;
    };
  }, [ask, round]);

  const again = useCallback(() => {
    setRequest({ status: "loading" });
    setRound((present) => present + 1);
  }, []);
  return { ...request, again };
}
