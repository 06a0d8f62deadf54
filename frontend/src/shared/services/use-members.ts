import { useCallback } from "react";

import { loadMembers } from "@/shared/api/load-members";
import type { Member } from "@/shared/contract/types";
import { useRequest, type Request } from "@/shared/lib/use-request";
import { useSelected } from "@/shared/lib/use-store";

import { useApi, useRealtime } from "./services";

const NONE: readonly Member[] = [];

/** The room's members, asked for when they are wanted and again when they change. */
export function useMembers(room: string, wanted = true): Request<readonly Member[]> & { readonly again: () => void } {
  const api = useApi();
  const { memberships } = useRealtime();
  const version = useSelected(memberships, (counts) => counts.get(room) ?? 0);
  const ask = useCallback(
    () => (wanted ? loadMembers(api, room) : Promise.resolve(NONE)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a change of membership is the reason to ask again
    [api, room, version, wanted],
  );
  return useRequest(ask);
}
