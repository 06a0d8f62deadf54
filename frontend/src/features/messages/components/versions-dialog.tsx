import { useCallback } from "react";

import { loadVersions } from "@/features/messages/api/load-versions";
import { changePane, usePane } from "@/features/messages/lib/pane";
import { fullTime, machineTime } from "@/shared/lib/times";
import { Dialog } from "@/shared/components/dialog";
import { Problem } from "@/shared/components/notice";
import { Skeleton } from "@/shared/components/skeleton";
import type { Version } from "@/shared/contract/types";
import { useRequest } from "@/shared/lib/use-request";
import { useApi } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./message-dialogs.module.css";
import { MessageText } from "./message-text";

/** What a message read before, the newest text first. */
export function VersionsDialog({ n }: { readonly n: number }) {
  const texts = useTexts();
  const api = useApi();
  const { conversation, state } = usePane();
  const { room } = conversation;
  const request = useRequest(useCallback(() => loadVersions(api, room, n), [api, room, n]));
  return (
    <Dialog title={texts.messages.versions} onClose={() => changePane(state, { dialog: null })}>
      {request.status === "loading" && <Skeleton rows={3} label={texts.messages.loadingVersions} />}
      {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
      {request.status === "loaded" && <Versions versions={request.answer} />}
    </Dialog>
  );
}

function Versions({ versions }: { readonly versions: readonly Version[] }) {
  const texts = useTexts();
  if (versions.length === 0) return <p>{texts.messages.noVersions}</p>;
  return (
    <ol className={styles.versions} tabIndex={0} aria-label={texts.messages.versionsNewestFirst}>
      {versions.toReversed().map(({ seq, ts, text }, index) => (
        <li key={seq}>
          <p className={styles.when}>
            <time dateTime={machineTime(ts)}>{fullTime(ts)}</time>
            {index === 0 && ` · ${texts.messages.now}`}
          </p>
          <div className={styles.text}>
            <MessageText text={text} />
          </div>
        </li>
      ))}
    </ol>
  );
}
