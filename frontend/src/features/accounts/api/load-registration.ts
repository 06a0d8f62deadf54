import type { ApiClient } from "@/shared/api/api-client";
import type { RegistrationRule } from "@/shared/contract/types";

export function loadRegistration(api: ApiClient): Promise<RegistrationRule> {
  return api.look("RegistrationRule", "/auth/registration");
}
