import type { ApiClient } from "@/shared/api/api-client";
import type { Granted, LogIn } from "@/shared/contract/types";

export function logIn(api: ApiClient, body: LogIn): Promise<Granted> {
  return api.open("/auth/login", body);
}
