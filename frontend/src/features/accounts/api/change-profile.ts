import type { ApiClient } from "@/shared/api/api-client";
import type { ChangeProfile, Me } from "@/shared/contract/types";

export function changeProfile(api: ApiClient, body: ChangeProfile): Promise<Me> {
  return api.patch("Me", "/me", body);
}
