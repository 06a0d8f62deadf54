/** How signing in with the identity provider ended: the server tells it in the address it sends the browser to. */

const SENTENCES: Readonly<Record<string, string>> = {
  cancelled: "You did not finish signing in there. Try again, or log in with a password.",
  expired: "That sign-in has taken too long, or was used before. Try again.",
  failed: "The sign-in could not be verified. Try again; if it stays, tell whoever runs this Parley.",
  unavailable: "The sign-in service does not answer. Try again in a moment, or log in with a password.",
  unverified: "Your account there has no verified email address. Have it verified there, then try again.",
  closed: "You have no account here, and nobody can register. Ask whoever runs this Parley.",
  invite: "You have no account here, and registering needs an invitation. Open the link of one.",
  other_email: "That account has another email address than any account here. Make yours the same first, in the settings.",
  connect: "There is an account with your email address already. Log in with its password to connect the two.",
};

export interface IdentityOutcome {
  /** What is asked next, if anything. */
  readonly step: "code" | "connect" | null;
  readonly sentence: string | null;
}

/** The outcome in the query of an address. */
export function identityOutcome(search: string): IdentityOutcome {
  const told = new URLSearchParams(search).get("identity") ?? "";
  return {
    step: told === "code" || told === "connect" ? told : null,
    sentence: Object.hasOwn(SENTENCES, told) ? (SENTENCES[told] ?? null) : null,
  };
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
