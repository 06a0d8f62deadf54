import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";

import { Button } from "@/shared/components/button";
import { useStore } from "@/shared/lib/use-store";
import type { ConnectionState } from "@/shared/realtime/connection";
import { useRealtime } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./connection-banner.module.css";

/** A connection that comes back at once is not worth a word. */
const PATIENCE_MS = 5_000;

function since(state: ConnectionState): number | null {
  return state.status === "waiting" || state.status === "connecting" ? state.since : null;
}

/** The time now, each second, while anybody needs it. */
function useNow(needed: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!needed) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [needed]);
  return now;
}

/** Tells of a connection that has been away for a while, and when it is tried again. */
export function ConnectionBanner() {
  const texts = useTexts();
  const { connection } = useRealtime();
  const state = useStore(connection.state);
  const lost = since(state);
  const now = useNow(lost !== null);
  if (lost === null || now - lost < PATIENCE_MS) return null;
  const seconds = state.status === "waiting" ? Math.max(1, Math.ceil((state.retryAt - now) / 1_000)) : 0;
  return (
    <section className={styles.banner} aria-label={texts.connection.title}>
      <WifiOff size={16} aria-hidden />
      <p role="status">{texts.connection.lost}</p>
      <div className={styles.next}>
        <span>{state.status === "waiting" ? texts.connection.nextTry(seconds) : texts.connection.connecting}</span>
        {state.status === "waiting" && (
          <Button small onClick={() => connection.wake()}>
            {texts.connection.tryNow}
          </Button>
        )}
      </div>
    </section>
  );
}
