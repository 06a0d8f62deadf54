import type { ApiClient } from "@/shared/api/api-client";
import type { Version } from "@/shared/contract/types";

/** The texts message n had, the present one last: for its author and the room's owners. */
export async function loadVersions(api: ApiClient, room: string, n: number): Promise<readonly Version[]> {
  return (await api.get("Versions", `/rooms/${room}/messages/${n}/versions`)).versions;
}
