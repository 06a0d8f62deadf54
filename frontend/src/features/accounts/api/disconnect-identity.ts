import type { ApiClient } from "@/shared/api/api-client";

export function disconnectIdentity(api: ApiClient, identity: string): Promise<void> {
  return api.command(`/me/identities/${identity}/disconnect`);
}
