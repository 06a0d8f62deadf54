import { useCallback, useEffect, useState } from "react";

import { listAudit } from "@/features/administration/api/audit";
import { kindsByName } from "@/features/administration/lib/audit-kinds";
import { Button } from "@/shared/components/button";
import { Problem } from "@/shared/components/notice";
import { SelectField } from "@/shared/components/select-field";
import { Skeleton } from "@/shared/components/skeleton";
import type { AuditEntry, AuditKind, AuditPage } from "@/shared/contract/types";
import { fullTime, machineTime } from "@/shared/lib/times";
import { useAction } from "@/shared/lib/use-action";
import { useRequest } from "@/shared/lib/use-request";
import { useRoom, useUser } from "@/shared/services/selectors";
import { useApi, useRealtime } from "@/shared/services/services";
import type { Texts } from "@/shared/texts/en";
import { useAllTexts } from "@/shared/texts/use-all-texts";

import styles from "./administration.module.css";

/** What was done of security and administration, the newest first. */
export function AuditSection() {
  const texts = useAllTexts();
  const [kind, setKind] = useState<AuditKind | null>(null);
  const kinds = kindsByName(texts.administration.kinds);
  return (
    <section className={styles.section} aria-labelledby="audit">
      <h2 id="audit">{texts.administration.audit}</h2>
      <SelectField
        label={texts.administration.show}
        value={kind ?? ""}
        onChange={(event) => setKind(kinds.find((known) => known === event.target.value) ?? null)}
      >
        <option value="">{texts.administration.everything}</option>
        {kinds.map((known) => (
          <option key={known} value={known}>
            {texts.administration.kinds[known]}
          </option>
        ))}
      </SelectField>
      <Entries key={kind} kind={kind} />
    </section>
  );
}

interface EntriesProps {
  readonly kind: AuditKind | null;
}

function Entries({ kind }: EntriesProps) {
  const texts = useAllTexts();
  const api = useApi();
  const request = useRequest(useCallback(() => listAudit(api, kind), [api, kind]));
  if (request.status === "loading") return <Skeleton rows={8} label={texts.administration.loadingAudit} />;
  if (request.status === "failed") return <Problem problem={request.problem} onRetry={request.again} />;
  return <EntryList first={request.answer} kind={kind} />;
}

interface EntryListProps extends EntriesProps {
  readonly first: AuditPage;
}

function EntryList({ first, kind }: EntryListProps) {
  const texts = useAllTexts();
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
  if (entries.length === 0) return <p className={styles.muted}>{texts.administration.noEntries}</p>;
  return (
    <>
      <ul className={styles.list} aria-label={texts.administration.entriesNewestFirst}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      <Problem problem={next.problem} />
      {more && (
        <Button busy={next.busy} onClick={() => void next.run()}>
          {texts.administration.olderEntries}
        </Button>
      )}
    </>
  );
}

function Entry({ entry: { at, kind, actor, target, room, network, detail } }: { readonly entry: AuditEntry }) {
  const texts = useAllTexts();
  const words = texts.administration;
  const by = useUser(actor ?? "")?.name ?? texts.common.somebody;
  const whom = useUser(target ?? "")?.name;
  const where = useRoom(room ?? "")?.name;
  const facts = [
    actor === null ? unknownActor(network, words) : by,
    target !== null && target !== actor && (whom === undefined ? words.aboutSomebody : words.about(whom)),
    room !== null && (where === undefined ? words.inUnknownRoom : words.inRoom(where)),
    network !== "" && origin(network, words),
  ].filter((fact) => fact !== false);
  return (
    <li>
      <div className={styles.about}>
        <p className={styles.name}>{words.entry(words.kinds[kind], detail)}</p>
        <p>{facts.join(", ")}</p>
        <p className={styles.muted}>
          <time dateTime={machineTime(at)}>{fullTime(at)}</time>
        </p>
      </div>
    </li>
  );
}

type Words = Texts["administration"];

function unknownActor(network: string, { byParley, byUnknown }: Words): string {
  return network === "" ? byParley : byUnknown;
}

function origin(network: string, { fromNetwork, fromOwnMachine, fromPrivateNetwork }: Words): string {
  if (network === "local") return fromOwnMachine;
  return network === "private" ? fromPrivateNetwork : fromNetwork(network);
}
