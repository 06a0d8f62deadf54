import { useCallback, useState } from "react";

import { loadHealth, PERIODS, type Period } from "@/features/administration/api/health";
import { counts, durations, type Scale } from "@/features/administration/lib/plot";
import { Problem } from "@/shared/components/notice";
import { SelectField } from "@/shared/components/select-field";
import { Skeleton } from "@/shared/components/skeleton";
import type { FlushHealth, HealthPoint, HealthReport, StoreHealth } from "@/shared/contract/types";
import { dateText, momentText, shortTime } from "@/shared/lib/times";
import { useRequest } from "@/shared/lib/use-request";
import { useTicks } from "@/shared/lib/use-ticks";
import { useApi } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";
import { StatusTile } from "./status-tile";
import { TimePlot } from "./time-plot";

const REFRESH_MS = 30_000;
const MINUTE_US = 60 * 1_000_000;
const HOUR_US = 60 * MINUTE_US;
/** A flush runs each minute: after this many without one something is wrong. */
const MINUTES_WITHOUT = 3;

/** How the stores answer now, and how flushes went: asked for again while somebody looks. */
export function HealthSection() {
  const texts = useAllTexts();
  const api = useApi();
  const [period, setPeriod] = useState<Period>("hour");
  const ticks = useTicks(REFRESH_MS);
  const request = useRequest(
    // eslint-disable-next-line react-hooks/exhaustive-deps -- time that has passed is the reason to ask again
    useCallback(() => loadHealth(api, period), [api, period, ticks]),
  );
  return (
    <section className={styles.section} aria-labelledby="health">
      <h2 id="health">{texts.administration.health}</h2>
      <SelectField
        label={texts.administration.show}
        value={period}
        onChange={(event) => setPeriod(PERIODS.find((known) => known === event.target.value) ?? "hour")}
      >
        {PERIODS.map((known) => (
          <option key={known} value={known}>
            {texts.administration.periods[known]}
          </option>
        ))}
      </SelectField>
      {request.status === "loading" && <Skeleton rows={8} label={texts.administration.loadingHealth} />}
      {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
      {request.status === "loaded" && <Report report={request.answer} />}
    </section>
  );
}

function Report({ report: { stores, flushes } }: { readonly report: HealthReport }) {
  const { flushesUnknown, mongodbWithHistory, storeNames } = useAllTexts().administration;
  const mongodb = "cassandra" in stores ? storeNames.mongodb : mongodbWithHistory;
  const names: Readonly<Record<string, string>> = { ...storeNames, mongodb };
  return (
    <>
      <dl className={styles.tiles}>
        {Object.entries(stores).map(([name, store]) => (
          <StoreTile key={name} name={names[name] ?? name} store={store} />
        ))}
        {flushes !== null && <FlushTiles flushes={flushes} />}
      </dl>
      {flushes === null ? (
        <p className={styles.muted}>{flushesUnknown}</p>
      ) : (
        <Plots flushes={flushes} />
      )}
    </>
  );
}

function StoreTile({ name, store: { state, milliseconds } }: { readonly name: string; readonly store: StoreHealth }) {
  const { answers, answersIn, storeTroubles } = useAllTexts().administration;
  const well = milliseconds === null ? answers : answersIn(milliseconds);
  return (
    <StatusTile label={name} state={state === "ok" ? "good" : "bad"}>
      {state === "ok" ? well : storeTroubles[state]}
    </StatusTile>
  );
}

interface FlushesProps {
  readonly flushes: FlushHealth;
}

function FlushTiles({ flushes: { buffer_age, flushed_at, rooms_behind, until } }: FlushesProps) {
  const { ageText, bufferAge, lastFlush, noFlush, number, roomsBehind } = useAllTexts().administration;
  const late = flushed_at === null || until - flushed_at > MINUTES_WITHOUT * MINUTE_US;
  return (
    <>
      <StatusTile label={lastFlush} state={late ? "bad" : "good"}>
        {flushed_at === null ? noFlush : shortTime(flushed_at)}
      </StatusTile>
      {rooms_behind !== null && (
        <StatusTile label={roomsBehind} state={rooms_behind > 0 ? "bad" : "good"}>
          {number(rooms_behind)}
        </StatusTile>
      )}
      {buffer_age !== null && (
        <StatusTile label={bufferAge} state={buffer_age > MINUTES_WITHOUT * 60 ? "bad" : "good"}>
          {ageText(buffer_age)}
        </StatusTile>
      )}
    </>
  );
}

interface Series {
  readonly name: "messagesPerMinute" | "bufferAge" | "eventsPerMinute" | "flushFailures";
  readonly value: (point: HealthPoint) => number | null;
  readonly scale: Scale;
  readonly unit: "number" | "ageText";
}

const SERIES: readonly Series[] = [
  { name: "messagesPerMinute", value: ({ messages }) => messages, scale: counts, unit: "number" },
  { name: "bufferAge", value: ({ buffer_age }) => buffer_age, scale: durations, unit: "ageText" },
  { name: "eventsPerMinute", value: ({ events }) => events, scale: counts, unit: "number" },
  { name: "flushFailures", value: ({ failures }) => failures, scale: counts, unit: "number" },
];

function Plots({ flushes }: FlushesProps) {
  const words = useAllTexts().administration;
  const { points, since, until } = flushes;
  return (
    <div className={styles.plots}>
      {SERIES.map(({ name, value, scale, unit }) => (
        <TimePlot
          key={name}
          title={words[name]}
          readings={points.map((point) => ({ at: point.at, value: value(point) }))}
          extent={flushes}
          scale={scale}
          valueText={words[unit]}
          edgeText={edgeText(until - since)}
          momentText={momentText}
        />
      ))}
    </div>
  );
}

/** What is below the ends of a plot of that length. */
function edgeText(length: number): (at: number) => string {
  if (length <= 2 * HOUR_US) return shortTime;
  return length <= 25 * HOUR_US ? momentText : dateText;
}
