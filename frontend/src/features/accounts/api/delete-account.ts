import type { ApiClient } from "@/shared/api/api-client";

export function deleteAccount(api: ApiClient, password: string): Promise<void> {
  return api.command("/me/delete", { password });
}
