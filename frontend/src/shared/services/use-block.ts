import { useCallback } from "react";

import { blockUser } from "@/shared/api/block-user";
import { useAction, type Action } from "@/shared/lib/use-action";

import { useApi, useRealtime } from "./services";

/** Blocks a user, or lifts the block, here at once and on the other devices when they are told. */
export function useBlock(): Action<[user: string, on: boolean]> {
  const api = useApi();
  const { blocks } = useRealtime();
  return useAction(
    useCallback(async (user: string, on: boolean) => blocks.learn(await blockUser(api, user, on)), [api, blocks]),
  );
}
