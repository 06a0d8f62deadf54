import type { AuditKind } from "@/shared/contract/types";

/** What the log calls each kind of entry, as it is shown. */
export const KIND_NAMES: Readonly<Record<AuditKind, string>> = {
  logged_in: "Logged in",
  login_refused: "Log-in refused",
  session_ended: "Device logged out",
  sessions_ended: "Other devices logged out",
  registered: "Registered",
  registration_set: "Registration rule changed",
  password_changed: "Password changed",
  password_reset: "Password reset",
  email_changed: "Email changed",
  second_factor_on: "Second factor turned on",
  second_factor_off: "Second factor turned off",
  recovery_code_used: "Recovery code used",
  account_deleted: "Account deleted",
  account_disabled: "Account disabled",
  account_enabled: "Account enabled",
  role_changed: "Workspace role changed",
  room_role_changed: "Room role changed",
  room_transferred: "Room handed on",
  kicked: "Removed from a room",
  banned: "Banned from a room",
  unbanned: "Ban lifted",
  muted: "Muted",
  unmuted: "Unmuted",
  room_archived: "Room archived",
  room_reopened: "Room opened again",
  room_deleted: "Room deleted",
  invite_made: "Invitation made",
  invite_revoked: "Invitation revoked",
  invite_link_made: "Invite link to a room made",
  invite_link_revoked: "Invite link to a room revoked",
  message_reported: "Message reported",
  report_closed: "Report closed",
};

/** All kinds, by the name that is shown. */
export const KINDS = (Object.keys(KIND_NAMES) as AuditKind[]).sort((one, other) =>
  KIND_NAMES[one].localeCompare(KIND_NAMES[other]),
);
