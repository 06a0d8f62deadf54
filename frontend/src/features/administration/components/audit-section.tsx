import { useCallback, useEffect, useState } from "react";

import { listAudit } from "@/features/administration/api/audit";
import { KIND_NAMES, KINDS } from "@/features/administration/lib/audit-kinds";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import type { AuditEntry, AuditKind, AuditPage } from "@/shared/contract/types";
import { fullTime, machineTime } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useRoom, useUser } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";

import styles from "./administration.module.css";

/** What was done of security and administration, the newest first. */
export function AuditSection() {
  const [kind, setKind] = useState<AuditKind | null>(null);
  return (
    <section className={styles.section} aria-labelledby="audit">
      <h2 id="audit">Audit log</h2>
      <label className={styles.select}>
        Show
        <select
          value={kind ?? ""}
          onChange={(event) => setKind(KINDS.find((known) => known === event.target.value) ?? null)}
        >
          <option value="">Everything</option>
          {KINDS.map((known) => (
            <option key={known} value={known}>
              {KIND_NAMES[known]}
            </option>
          ))}
        </select>
      </label>
      <Entries key={kind} kind={kind} />
    </section>
  );
}

interface EntriesProps {
  readonly kind: AuditKind | null;
}

function Entries({ kind }: EntriesProps) {
  const api = useApi();
  const request = useRequest(useCallback(() => listAudit(api, kind), [api, kind]));
  if (request.status === "loading") return <Skeleton rows={8} label="Loading the audit log" />;
  if (request.status === "failed") return <Problem problem={request.problem} onRetry={request.again} />;
  return <EntryList first={request.answer} kind={kind} />;
}

interface EntryListProps extends EntriesProps {
  readonly first: AuditPage;
}

function EntryList({ first, kind }: EntryListProps) {
  const api = useApi();
  const { directory } = useRealtime();
  const [{ entries, more }, setLoaded] = useState(first);
  const next = useAction(async () => {
    const page = await listAudit(api, kind, entries[entries.length - 1]?.id);
    setLoaded({ entries: [...entries, ...page.entries], more: page.more });
  });
  useEffect(
    () => directory.need(entries.flatMap(({ actor, target }) => [actor, target].filter((id) => id !== null))),
    [directory, entries],
  );
  if (entries.length === 0) return <p className={styles.muted}>Nothing of this kind is written down.</p>;
  return (
    <>
      <ul className={styles.list} aria-label="Entries, the newest first">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      <Problem problem={next.problem} />
      {more && (
        <Button busy={next.busy} onClick={() => void next.run()}>
          Show older entries
        </Button>
      )}
    </>
  );
}

function Entry({ entry: { at, kind, actor, target, room, network, detail } }: { readonly entry: AuditEntry }) {
  const by = useUser(actor ?? "")?.name ?? "Somebody";
  const whom = useUser(target ?? "")?.name ?? "somebody";
  const where = useRoom(room ?? "")?.name ?? "a room you are not in";
  const facts = [
    actor === null ? unknownActor(network) : by,
    target !== null && target !== actor && `about ${whom}`,
    room !== null && `in ${where}`,
    network !== "" && `from ${origin(network)}`,
  ].filter((fact) => fact !== false);
  return (
    <li>
      <div className={styles.about}>
        <p className={styles.name}>
          {KIND_NAMES[kind]}
          {detail !== "" && `: ${detail}`}
        </p>
        <p>{facts.join(", ")}</p>
        <p className={styles.muted}>
          <time dateTime={machineTime(at)}>{fullTime(at)}</time>
        </p>
      </div>
    </li>
  );
}

function unknownActor(network: string): string {
  return network === "" ? "Parley itself" : "Somebody unknown";
}

function origin(network: string): string {
  if (network === "local") return "the server's own machine";
  return network === "private" ? "a private network" : network;
}
