/** Why a message may be reported and what may become of a report, in the order in which they are offered. */
import type { Outcome, Reason } from "@/shared/contract/types";

export const REASONS: readonly Reason[] = ["spam", "harassment", "harmful", "other"];

export const OUTCOMES: readonly Outcome[] = ["dismissed", "message_removed", "person_warned", "person_removed"];
