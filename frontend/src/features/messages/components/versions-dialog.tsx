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

import styles from "./message-dialogs.module.css";
import { MessageText } from "./message-text";

/** What a message read before, the newest text first. */
export function VersionsDialog({ n }: { readonly n: number }) {
  const api = useApi();
  const { conversation, state } = usePane();
  const { room } = conversation;
  const request = useRequest(useCallback(() => loadVersions(api, room, n), [api, room, n]));
  return (
    <Dialog title="Versions of this message" onClose={() => changePane(state, { dialog: null })}>
      {request.status === "loading" && <Skeleton rows={3} label="Loading versions" />}
      {request.status === "failed" && <Problem problem={request.problem} onRetry={request.again} />}
      {request.status === "loaded" && <Versions versions={request.answer} />}
    </Dialog>
  );
}

function Versions({ versions }: { readonly versions: readonly Version[] }) {
  if (versions.length === 0) return <p>The message was deleted, and its texts with it.</p>;
  return (
    <ol className={styles.versions} tabIndex={0} aria-label="Versions, the newest first">
      {versions.toReversed().map(({ seq, ts, text }, index) => (
        <li key={seq}>
          <p className={styles.when}>
            <time dateTime={machineTime(ts)}>{fullTime(ts)}</time>
            {index === 0 && " · now"}
          </p>
          <div className={styles.text}>
            <MessageText text={text} />
          </div>
        </li>
      ))}
    </ol>
  );
}
