import type { ApiClient } from "@/shared/api/api-client";
import type { Member } from "@/shared/contract/types";

export async function loadMembers(api: ApiClient, room: string): Promise<readonly Member[]> {
  return (await api.get("Members", `/rooms/${room}/members`)).members;
}
