import { useCallback, useEffect, useState, type SubmitEvent } from "react";
import { Link } from "wouter";

import { closeReport, listReports } from "@/features/administration/api/reports";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import type { Outcome, Report, Reports, ReportState } from "@/shared/contract/types";
import { OUTCOME_NAMES, OUTCOMES, REASON_NAMES } from "@/shared/lib/reports";
import { fullTime, machineTime } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useRoom, useUser } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";

import styles from "./administration.module.css";

/** Messages that members have reported, the newest report first. */
export function ReportsSection() {
  const [state, setState] = useState<ReportState>("open");
  return (
    <section className={styles.section} aria-labelledby="reports">
      <h2 id="reports">Reports</h2>
      <label className={styles.select}>
        Show
        <select value={state} onChange={(event) => setState(event.target.value === "open" ? "open" : "closed")}>
          <option value="open">Open</option>
          <option value="closed">Closed</option>
        </select>
      </label>
      <ReportsIn key={state} state={state} />
    </section>
  );
}

interface ReportsInProps {
  readonly state: ReportState;
}

function ReportsIn({ state }: ReportsInProps) {
  const api = useApi();
  const request = useRequest(useCallback(() => listReports(api, state), [api, state]));
  if (request.status === "loading") return <Skeleton rows={6} label="Loading reports" />;
  if (request.status === "failed") return <Problem problem={request.problem} onRetry={request.again} />;
  return <ReportList first={request.answer} state={state} />;
}

interface ReportListProps extends ReportsInProps {
  readonly first: Reports;
}

function ReportList({ first, state }: ReportListProps) {
  const api = useApi();
  const { directory } = useRealtime();
  const [{ reports, more }, setLoaded] = useState(first);
  const next = useAction(async () => {
    const page = await listReports(api, state, reports[reports.length - 1]?.id);
    setLoaded({ reports: [...reports, ...page.reports], more: page.more });
  });
  useEffect(() => {
    const people = reports.flatMap(({ reporter, author, closed_by }) => [reporter, author, closed_by]);
    directory.need(people.filter((id) => id !== null));
  }, [directory, reports]);
  if (reports.length === 0 && !more) {
    return <p className={styles.muted}>{state === "open" ? "Nothing is waiting for you." : "No report was closed."}</p>;
  }
  return (
    <>
      <ul className={styles.list} aria-label="Reports, the newest first">
        {reports.map((report) => (
          <OneReport
            key={report.id}
            report={report}
            onClosed={() => setLoaded({ reports: reports.filter(({ id }) => id !== report.id), more })}
          />
        ))}
      </ul>
      <Problem problem={next.problem} />
      {more && (
        <Button busy={next.busy} onClick={() => void next.run()}>
          Show older reports
        </Button>
      )}
    </>
  );
}

interface OneReportProps {
  readonly report: Report;
  readonly onClosed: () => void;
}

function OneReport({ report, onClosed }: OneReportProps) {
  const reporter = useUser(report.reporter ?? "")?.name ?? "Somebody";
  const author = useUser(report.author)?.name ?? "Somebody";
  const decider = useUser(report.closed_by ?? "")?.name ?? "Somebody";
  const room = useRoom(report.room);
  return (
    <li>
      <div className={styles.about}>
        <p className={styles.name}>{REASON_NAMES[report.reason]}</p>
        {report.text !== null && <blockquote className={styles.exhibit}>{report.text}</blockquote>}
        {report.text === null && report.outcome === null && <p className={styles.muted}>The message was deleted.</p>}
        <p>
          {author} said it in {room === undefined ? "a room you are not in" : `“${room.name}”`}; {reporter} reported it
          {report.note === "" ? "." : `: ${report.note}`}
        </p>
        <p className={styles.muted}>
          <time dateTime={machineTime(report.at)}>{fullTime(report.at)}</time>
          {report.outcome !== null && ` · ${OUTCOME_NAMES[report.outcome]}, says ${decider}`}
        </p>
        {report.outcome === null && (
          <div className={styles.next}>
            {room !== undefined && report.text !== null && (
              <Link href={`/rooms/${report.room}?message=${report.n}`}>See it in the room</Link>
            )}
            <Decision report={report.id} onClosed={onClosed} />
          </div>
        )}
      </div>
    </li>
  );
}

interface DecisionProps {
  readonly report: number;
  readonly onClosed: () => void;
}

function Decision({ report, onClosed }: DecisionProps) {
  const api = useApi();
  const [outcome, setOutcome] = useState<Outcome>("dismissed");
  const close = useAction(async () => {
    await closeReport(api, report, outcome);
    onClosed();
  });

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    void close.run();
  }

  return (
    <form className={styles.row} onSubmit={submit}>
      <label className={styles.select}>
        What became of it
        <select
          value={outcome}
          onChange={(event) => setOutcome(OUTCOMES.find((known) => known === event.target.value) ?? "dismissed")}
        >
          {OUTCOMES.map((known) => (
            <option key={known} value={known}>
              {OUTCOME_NAMES[known]}
            </option>
          ))}
        </select>
      </label>
      <Button type="submit" busy={close.busy}>
        Close report
      </Button>
      <Problem problem={close.problem} />
    </form>
  );
}
