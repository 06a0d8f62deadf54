/** Reports in words: why a message is reported, and what became of it. */
import type { Outcome, Reason } from "@/shared/contract/types";

export const REASON_NAMES: Readonly<Record<Reason, string>> = {
  spam: "Spam or advertising",
  harassment: "Harassment or threats",
  harmful: "Harmful or against the law",
  other: "Something else",
};

export const REASONS: readonly Reason[] = ["spam", "harassment", "harmful", "other"];

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  dismissed: "Nothing to be done",
  message_removed: "The message was removed",
  person_warned: "The author was warned",
  person_removed: "The author was put out",
};

export const OUTCOMES: readonly Outcome[] = ["dismissed", "message_removed", "person_warned", "person_removed"];
