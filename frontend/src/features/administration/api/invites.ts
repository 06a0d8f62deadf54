import type { ApiClient } from "@/shared/api/api-client";
import type { CreateInvite, Invite, NewInvite } from "@/shared/contract/types";

/** The invitations that still let somebody in, the newest first. */
export async function listInvites(api: ApiClient): Promise<readonly Invite[]> {
  return (await api.get("Invites", "/invites")).invites;
}

export function createInvite(api: ApiClient, body: CreateInvite): Promise<NewInvite> {
  return api.post("NewInvite", "/invites", body);
}

export function revokeInvite(api: ApiClient, invite: string): Promise<void> {
  return api.command(`/invites/${invite}/revoke`);
}
