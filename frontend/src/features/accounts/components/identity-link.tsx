import { useCallback } from "react";

import { loadRegistration } from "@/features/accounts/api/load-registration";
import { identityStart } from "@/features/accounts/lib/identity-outcome";
import { useRequest } from "@/shared/lib/use-request";
import { useSession } from "@/shared/services/services";
import { useTexts } from "@/shared/texts/use-texts";

import styles from "./account-card.module.css";

/** The way to the identity provider, where there is one. */
export function IdentityLink({ invite = "" }: { readonly invite?: string }) {
  const texts = useTexts();
  const { api } = useSession();
  const rule = useRequest(useCallback(() => loadRegistration(api), [api]));
  // Where the question fails the password still works, and its own failure says more.
  const provider = rule.status === "loaded" ? (rule.answer.provider ?? null) : null;
  if (provider === null) return null;
  return (
    <a className={styles.provider} href={identityStart(invite === "" ? {} : { invite })}>
      {texts.accounts.signInWith(provider)}
    </a>
  );
}
