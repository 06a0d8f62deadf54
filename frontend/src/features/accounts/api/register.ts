import type { ApiClient } from "@/shared/api/api-client";
import type { Granted, Register } from "@/shared/contract/types";

export function register(api: ApiClient, body: Register): Promise<Granted> {
  return api.open("/auth/register", body);
}
