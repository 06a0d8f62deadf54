import { useId } from "react";

import { areaOf, lineOf, runs, type Extent, type Reading, type Scale } from "@/features/administration/lib/plot";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./time-plot.module.css";

interface TimePlotProps {
  readonly title: string;
  readonly readings: readonly Reading[];
  readonly extent: Extent;
  readonly scale: Scale;
  /** A value with its unit. */
  readonly valueText: (value: number) => string;
  /** Below the plot's ends. */
  readonly edgeText: (at: number) => string;
  /** A span, where it stands alone. */
  readonly momentText: (at: number) => string;
}

/** A value over time: as a line, in a sentence for who does not see it, and as a table. */
export function TimePlot({ title, readings, extent, scale, valueText, edgeText, momentText }: TimePlotProps) {
  const texts = useAllTexts();
  const { asTable, nothingKnown, plotSummary, time } = texts.administration;
  const id = useId();
  const known = readings.filter((reading): reading is Known => reading.value !== null);
  const highest = known.reduce<Known | null>((most, it) => (most === null || it.value > most.value ? it : most), null);
  const latest = known[known.length - 1];
  if (highest === null || latest === undefined) {
    return (
      <figure className={styles.plot} aria-labelledby={id}>
        <figcaption id={id}>{title}</figcaption>
        <p className={styles.nothing}>{nothingKnown}</p>
      </figure>
    );
  }
  const top = scale(highest.value);
  const lines = runs(known, extent, top);
  const summary = plotSummary(title, valueText(highest.value), momentText(highest.at), valueText(latest.value));
  return (
    <figure className={styles.plot} aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      <div className={styles.frame}>
        <span className={styles.top} aria-hidden>
          {valueText(top)}
        </span>
        <svg role="img" aria-label={summary} viewBox="0 0 100 100" preserveAspectRatio="none">
          {[0, 50, 100].map((y) => (
            <line key={y} className={styles.grid} x1={0} x2={100} y1={y} y2={y} />
          ))}
          {lines.map((run) => (
            <path key={`below ${lineOf(run)}`} className={styles.area} d={areaOf(run)} />
          ))}
          {lines.map((run) => (
            <path key={lineOf(run)} className={styles.line} d={lineOf(run)} />
          ))}
        </svg>
      </div>
      <p className={styles.edges} aria-hidden>
        <span>{edgeText(extent.since)}</span>
        <span>{edgeText(extent.until)}</span>
      </p>
      <details>
        <summary>{asTable}</summary>
        <div className={styles.scroller} role="region" aria-label={title} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{time}</th>
                <th scope="col">{title}</th>
              </tr>
            </thead>
            <tbody>
              {known.map(({ at, value }) => (
                <tr key={at}>
                  <th scope="row">{momentText(at)}</th>
                  <td>{valueText(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

interface Known extends Reading {
  readonly value: number;
}
