import type { Push } from "@/shared/contract/types";

const TYPES: Record<Push["type"], true> = {
  ack: true,
  "blocks.updated": true,
  delta: true,
  error: true,
  left: true,
  limited: true,
  "member.joined": true,
  "member.left": true,
  "message.created": true,
  "message.deleted": true,
  "message.edited": true,
  "notifications.updated": true,
  pong: true,
  presence: true,
  "profile.updated": true,
  "reaction.added": true,
  "reaction.removed": true,
  "read.updated": true,
  reset: true,
  resumed: true,
  "room.updated": true,
  "session.ended": true,
  typing: true,
  "workspace_role.updated": true,
};

function isPush(frame: unknown): frame is Push {
  return (
    typeof frame === "object" &&
    frame !== null &&
    "type" in frame &&
    typeof frame.type === "string" &&
    Object.hasOwn(TYPES, frame.type)
  );
}

/** API Gateway's own frame, sent where the function that got one of this client's frames has died. */
// eslint-disable-next-line parley/texts-in-catalogues -- it is compared, not shown
const FUNCTION_FAILED = "Internal server error";

/** Whether the frame says that one of this client's came to nothing; it does not say which. */
export function isFunctionFailure(frame: unknown): boolean {
  const parsed = decoded(frame);
  return typeof parsed === "object" && parsed !== null && "message" in parsed && parsed.message === FUNCTION_FAILED;
}

/** The frame as what it says it is, or null for one this version does not know: a newer server may say more. */
export function parsePush(frame: unknown): Push | null {
  const parsed = decoded(frame);
  return isPush(parsed) ? parsed : null;
}

function decoded(frame: unknown): unknown {
  if (typeof frame !== "string") return null;
  try {
    return JSON.parse(frame) as unknown;
  } catch {
    return null;
  }
}
