/** How signing in with the identity provider ended: the server tells it in the address it sends the browser to. */
import type { Texts } from "@/shared/texts/en";
import { currentTexts } from "@/shared/texts/language";

type Outcomes = Texts["accounts"]["outcomes"];

export interface IdentityOutcome {
  /** What is asked next, if anything. */
  readonly step: "code" | "connect" | null;
  readonly sentence: string | null;
}

/** The outcome in the query of an address. */
export function identityOutcome(search: string): IdentityOutcome {
  const { outcomes } = currentTexts().accounts;
  const told = new URLSearchParams(search).get("identity") ?? "";
  return {
    step: told === "code" || told === "connect" ? told : null,
    sentence: isOutcome(told, outcomes) ? outcomes[told] : null,
  };
}

function isOutcome(told: string, outcomes: Outcomes): told is keyof Outcomes {
  return Object.hasOwn(outcomes, told);
}

/** Takes the outcome out of the address: it was told, or is no longer true. */
export function forgetIdentityOutcome(): void {
  history.replaceState(history.state, "", location.pathname);
}

/** Where signing in with the provider begins; the browser goes there, since the provider has pages of its own. */
export function identityStart(query: { readonly invite?: string; readonly connect?: "yes" } = {}): string {
  const search = new URLSearchParams(query).toString();
  return search === "" ? "/api/auth/identity/start" : `/api/auth/identity/start?${search}`;
}
