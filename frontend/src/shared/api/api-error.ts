import type { ErrorCode } from "@/shared/contract/types";
import { currentTexts } from "@/shared/texts/language";

/** `offline`: no answer came, so whether the server acted on the request is unknown. */
export type ApiErrorCode = ErrorCode | "offline";

/** A refused or unanswered request; `message` is one sentence for the user. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ApiErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.details = details;
  }

  /** Names of the body's fields that are at fault, as far as the server names them. */
  get fields(): string[] {
    const { field, fields } = this.details;
    if (typeof field === "string") return [field];
    if (Array.isArray(fields)) return fields.filter((name) => typeof name === "string");
    return [];
  }
}

export function hasCode(error: unknown, ...codes: ApiErrorCode[]): boolean {
  return error instanceof ApiError && codes.includes(error.code);
}

/** What to tell the user of a failure, whatever it was. */
export function sentenceFor(error: unknown): string {
  const { errors } = currentTexts();
  return error instanceof ApiError ? errors.refusal(error.message, error.code) : errors.unexpected;
}
