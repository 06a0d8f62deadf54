import type { ApiErrorCode } from "@/shared/api/api-error";

/** What the user reads of the server's refusal: the server says it in English, with a code where one is known. */
const asSaid: (said: string, code?: ApiErrorCode) => string = (said) => said;

/** Why something did not work. */
export const errors = {
  refusal: asSaid,
  sessionEnded: "Your session has ended. Log in again.",
  offline: "Parley cannot be reached. Check the connection and try again.",
  tooFast: "That was too fast. Wait a moment and try again.",
  unavailable: "Parley is not available right now. Try again in a moment.",
  notUnderstood: "The server did not understand this request. Reload the page and try again.",
  unexpected: "Something went wrong in the app. Reload the page and try again.",
};
