import { useCallback, useEffect, useState, type SubmitEvent } from "react";
import { Link } from "wouter";

import { closeReport, listReports } from "@/features/administration/api/reports";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { SelectField } from "@/shared/components/select-field";
import { Skeleton } from "@/shared/components/skeleton";
import type { Outcome, Report, Reports, ReportState } from "@/shared/contract/types";
import { OUTCOMES } from "@/shared/lib/reports";
import { fullTime, machineTime } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useRoom, useUser } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";

/** Messages that members have reported, the newest report first. */
export function ReportsSection() {
  const texts = useAllTexts();
  const [state, setState] = useState<ReportState>("open");
  return (
    <section className={styles.section} aria-labelledby="reports">
      <h2 id="reports">{texts.administration.reports}</h2>
      <SelectField
        label={texts.administration.show}
        value={state}
        onChange={(event) => setState(event.target.value === "open" ? "open" : "closed")}
      >
        <option value="open">{texts.administration.open}</option>
        <option value="closed">{texts.administration.closed}</option>
      </SelectField>
      <ReportsIn key={state} state={state} />
    </section>
  );
}

interface ReportsInProps {
  readonly state: ReportState;
}

function ReportsIn({ state }: ReportsInProps) {
  const texts = useAllTexts();
  const api = useApi();
  const request = useRequest(useCallback(() => listReports(api, state), [api, state]));
  if (request.status === "loading") return <Skeleton rows={6} label={texts.administration.loadingReports} />;
  if (request.status === "failed") return <Problem problem={request.problem} onRetry={request.again} />;
  return <ReportList first={request.answer} state={state} />;
}

interface ReportListProps extends ReportsInProps {
  readonly first: Reports;
}

function ReportList({ first, state }: ReportListProps) {
  const texts = useAllTexts();
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
    return <p className={styles.muted}>{state === "open" ? texts.administration.noneOpen : texts.administration.noneClosed}</p>;
  }
  return (
    <>
      <ul className={styles.list} aria-label={texts.administration.reportsNewestFirst}>
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
          {texts.administration.olderReports}
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
  const texts = useAllTexts();
  const reporter = useUser(report.reporter ?? "")?.name ?? texts.common.somebody;
  const author = useUser(report.author)?.name ?? texts.common.somebody;
  const decider = useUser(report.closed_by ?? "")?.name ?? texts.common.somebody;
  const room = useRoom(report.room);
  const { decidedBy, namedRoom, outcomes, reported, reportedWithNote, unknownRoom } = texts.administration;
  const place = room === undefined ? unknownRoom : namedRoom(room.name);
  return (
    <li>
      <div className={styles.about}>
        <p className={styles.name}>{texts.messages.reasons[report.reason]}</p>
        {report.text !== null && <blockquote className={styles.exhibit}>{report.text}</blockquote>}
        {report.text === null && report.outcome === null && (
          <p className={styles.muted}>
            {report.text_unavailable ? texts.administration.messageUnavailable : texts.administration.messageDeleted}
          </p>
        )}
        <p>{report.note === "" ? reported(author, place, reporter) : reportedWithNote(author, place, reporter, report.note)}</p>
        <p className={styles.muted}>
          <time dateTime={machineTime(report.at)}>{fullTime(report.at)}</time>
          {report.outcome !== null && ` · ${decidedBy(outcomes[report.outcome], decider)}`}
        </p>
        {report.outcome === null && (
          <div className={styles.next}>
            {room !== undefined && report.text !== null && (
              <Link href={`/rooms/${report.room}?message=${report.n}`}>{texts.administration.seeInRoom}</Link>
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
  const texts = useAllTexts();
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
      <SelectField
        label={texts.administration.whatBecame}
        value={outcome}
        onChange={(event) => setOutcome(OUTCOMES.find((known) => known === event.target.value) ?? "dismissed")}
      >
        {OUTCOMES.map((known) => (
          <option key={known} value={known}>
            {texts.administration.outcomes[known]}
          </option>
        ))}
      </SelectField>
      <Button type="submit" busy={close.busy}>
        {texts.administration.closeReport}
      </Button>
      <Problem problem={close.problem} />
    </form>
  );
}
