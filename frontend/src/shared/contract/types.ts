// Generated from schema.json by `npm run generate`. Do not edit.

/**
 * What was done. A target is a user unless it says otherwise.
 */
export type AuditKind =
  | "logged_in"
  | "login_refused"
  | "session_ended"
  | "sessions_ended"
  | "registered"
  | "registration_set"
  | "password_changed"
  | "password_reset"
  | "email_changed"
  | "second_factor_on"
  | "second_factor_off"
  | "recovery_code_used"
  | "account_deleted"
  | "account_disabled"
  | "account_enabled"
  | "role_changed"
  | "room_role_changed"
  | "room_transferred"
  | "kicked"
  | "banned"
  | "unbanned"
  | "muted"
  | "unmuted"
  | "room_archived"
  | "room_reopened"
  | "room_deleted"
  | "invite_made"
  | "invite_revoked"
  | "invite_link_made"
  | "invite_link_revoked"
  | "message_reported"
  | "report_closed";
/**
 * What became of a report.
 */
export type Outcome = "dismissed" | "message_removed" | "person_warned" | "person_removed";
/**
 * The codes a client can meet, over REST and over the socket alike.
 */
export type ErrorCode =
  | "bad_request"
  | "unknown_action"
  | "unauthenticated"
  | "bad_credentials"
  | "second_factor"
  | "not_live"
  | "forbidden"
  | "not_member"
  | "not_found"
  | "conflict"
  | "id_conflict"
  | "stale_id"
  | "rate_limited"
  | "unavailable"
  | "internal";
/**
 * Why a message is reported.
 */
export type Reason = "spam" | "harassment" | "harmful" | "other";
/**
 * Whether an administrator has decided.
 */
export type ReportState = "open" | "closed";
/**
 * How far back somebody looks, and how closely: at 60 to 168 spans.
 */
export type Period = "hour" | "day" | "week";
/**
 * Whether an administrator has decided.
 */
export type ReportState1 = "open" | "closed";
/**
 * How far back somebody looks, and how closely: at 60 to 168 spans.
 */
export type Period1 = "hour" | "day" | "week";
export type Command = Resume | SendMessage | MarkRead | SetTyping | WatchPresence | Ping;
export type LogEvent =
  | MessageCreated
  | MessageEdited
  | MessageDeleted
  | ReactionAdded
  | ReactionRemoved
  | MemberJoined
  | MemberLeft
  | RoomUpdated;
export type Push =
  | MessageCreated
  | MessageEdited
  | MessageDeleted
  | ReactionAdded
  | ReactionRemoved
  | MemberJoined
  | MemberLeft
  | RoomUpdated
  | Ack
  | Error
  | Resumed
  | Delta
  | Limited
  | Reset
  | Left
  | Pong
  | ReadUpdated
  | Typing
  | Presence
  | ProfileUpdated
  | NotificationsUpdated
  | BlocksUpdated
  | WorkspaceRoleUpdated
  | SessionEnded;

/**
 * All definitions by name.
 */
export interface Contract {
  AcceptInviteLink: AcceptInviteLink;
  Ack: Ack;
  ArchiveRoom: ArchiveRoom;
  Arrive: Arrive;
  AskReset: AskReset;
  AuditEntry: AuditEntry;
  AuditKind: AuditKind;
  AuditPage: AuditPage;
  BeginSecondFactor: BeginSecondFactor;
  Block: Block;
  Blocks: Blocks;
  BlocksUpdated: BlocksUpdated;
  Bootstrap: Bootstrap;
  BrowseRooms: BrowseRooms;
  ChangeEmail: ChangeEmail;
  ChangeNotifications: ChangeNotifications;
  ChangePassword: ChangePassword;
  ChangeProfile: ChangeProfile;
  CloseReport: CloseReport;
  ConfirmEmail: ConfirmEmail;
  ConfirmSecondFactor: ConfirmSecondFactor;
  CreateInvite: CreateInvite;
  CreateRoom: CreateRoom;
  Daily: Daily;
  DeleteAccount: DeleteAccount;
  DeleteMessage: DeleteMessage;
  Delta: Delta;
  Depart: Depart;
  Disable: Disable;
  Done: Done;
  EditMessage: EditMessage;
  Empty: Empty;
  EnterCode: EnterCode;
  Error: Error;
  ErrorAnswer: ErrorAnswer;
  ErrorBody: ErrorBody;
  ErrorCode: ErrorCode;
  Events: Events;
  Export: Export;
  ExportedMessages: ExportedMessages;
  ExportedRoom: ExportedRoom;
  FindUsers: FindUsers;
  FirstSince: FirstSince;
  FlushHealth: FlushHealth;
  Granted: Granted;
  Health: Health;
  HealthPoint: HealthPoint;
  HealthReport: HealthReport;
  Identities: Identities;
  Identity: Identity;
  Invite: Invite;
  InviteLink: InviteLink;
  InviteLinks: InviteLinks;
  Invites: Invites;
  Left: Left;
  Limited: Limited;
  ListAllRooms: ListAllRooms;
  ListAudit: ListAudit;
  ListReports: ListReports;
  ListRoles: ListRoles;
  LogIn: LogIn;
  MadeInviteLink: MadeInviteLink;
  MakeInviteLink: MakeInviteLink;
  MarkRead: MarkRead;
  Me: Me;
  Member: Member;
  MemberJoined: MemberJoined;
  MemberLeft: MemberLeft;
  Members: Members;
  Message: Message;
  MessageCreated: MessageCreated;
  MessageDeleted: MessageDeleted;
  MessageEdited: MessageEdited;
  MessagePlace: MessagePlace;
  Messages: Messages;
  Mute: Mute;
  NewInvite: NewInvite;
  Notifications: Notifications;
  NotificationsUpdated: NotificationsUpdated;
  OpenDirectMessage: OpenDirectMessage;
  OpenSession: OpenSession;
  OpenSessions: OpenSessions;
  Outcome: Outcome;
  PageOfExport: PageOfExport;
  PageOfMessages: PageOfMessages;
  Period: Period;
  Ping: Ping;
  Pong: Pong;
  Presence: Presence;
  ProfileUpdated: ProfileUpdated;
  PublicRoom: PublicRoom;
  PublicRooms: PublicRooms;
  Quiet: Quiet;
  RangeOfEvents: RangeOfEvents;
  React: React;
  Reaction: Reaction;
  ReactionAdded: ReactionAdded;
  ReactionRemoved: ReactionRemoved;
  ReadUpdated: ReadUpdated;
  Reason: Reason;
  RecoveryCodes: RecoveryCodes;
  Register: Register;
  RegistrationRule: RegistrationRule;
  Report: Report;
  ReportMessage: ReportMessage;
  ReportState: ReportState1;
  ReportedMessage: ReportedMessage;
  Reports: Reports;
  Reset: Reset;
  ResetPassword: ResetPassword;
  Resume: Resume;
  Resumed: Resumed;
  Room: Room;
  RoomPresence: RoomPresence;
  RoomUpdated: RoomUpdated;
  Rooms: Rooms;
  SecondFactorSetup: SecondFactorSetup;
  SecondFactorState: SecondFactorState;
  SendMessage: SendMessage;
  SessionEnded: SessionEnded;
  SetRole: SetRole;
  SetTyping: SetTyping;
  SetWorkspaceRole: SetWorkspaceRole;
  ShowHealthReport: ShowHealthReport;
  StoreHealth: StoreHealth;
  Ticket: Ticket;
  Transfer: Transfer;
  TurnOffSecondFactor: TurnOffSecondFactor;
  Typing: Typing;
  UpdateRoom: UpdateRoom;
  User: User;
  UserRole: UserRole;
  UserRoles: UserRoles;
  Users: Users;
  Version: Version;
  Versions: Versions;
  WatchPresence: WatchPresence;
  WorkspaceRoleUpdated: WorkspaceRoleUpdated;
  WorkspaceRoom: WorkspaceRoom;
  WorkspaceRooms: WorkspaceRooms;
  Command: Command;
  LogEvent: LogEvent;
  Push: Push;
}
/**
 * A link's secret: whoever has it may come in.
 */
export interface AcceptInviteLink {
  token: string;
}
/**
 * The message with `id` is stored, at this place in the log. A resend gets the same ack again.
 */
export interface Ack {
  type: "ack";
  /**
   * A ULID.
   */
  id: string;
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
}
/**
 * Whether the room may be read only.
 */
export interface ArchiveRoom {
  on: boolean;
}
/**
 * Query, as the provider makes it (RFC 6749, section 4.1.2; RFC 9207): what else it adds is not looked at.
 */
export interface Arrive {
  state?: string;
  code?: string | null;
  iss?: string | null;
  error?: string | null;
  [k: string]: unknown;
}
/**
 * Asks for a link to a new password. The answer does not tell whether the address has an account.
 */
export interface AskReset {
  email: string;
}
/**
 * Who did what to whom, when and from where; ids only, which GET /users names.
 */
export interface AuditEntry {
  id: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  at: number;
  kind: AuditKind;
  /**
   * Null: the system, or somebody who is not known.
   */
  actor: string | null;
  /**
   * The user it was done to.
   */
  target: string | null;
  room: string | null;
  /**
   * `local`, `private`, or the network (/24, /48) of the address; empty for the system.
   */
  network: string;
  /**
   * A word of what was decided, as the new role.
   */
  detail: string;
}
/**
 * Entries, the newest first; `more` tells that older ones follow the last one's id.
 */
export interface AuditPage {
  /**
   * @maxItems 100
   */
  entries: AuditEntry[];
  more: boolean;
}
/**
 * `password` is the user's.
 */
export interface BeginSecondFactor {
  password: string;
}
/**
 * Whether the caller wants nothing of the user.
 */
export interface Block {
  on: boolean;
}
/**
 * Everybody the caller has blocked, and which state of it this is: the higher version is the later one.
 */
export interface Blocks {
  version: number;
  /**
   * @maxItems 500
   *
   * Items: A ULID.
   */
  users: string[];
}
/**
 * Whom the socket's user has blocked, on whichever device.
 */
export interface BlocksUpdated {
  type: "blocks.updated";
  blocks: Blocks;
}
/**
 * All the first screen needs: the caller, the rooms with their heads, and the users to name.
 */
export interface Bootstrap {
  me: Me;
  workspace_role: "owner" | "admin" | "member" | "guest";
  notifications: Notifications;
  blocks: Blocks;
  rooms: Room[];
  users: User[];
}
/**
 * The caller's own account.
 */
export interface Me {
  /**
   * A ULID.
   */
  id: string;
  name: string;
  email: string;
  colour?: number | null;
  status?: string;
}
/**
 * All that was chosen, and which choice it was: the higher version is the later one.
 *
 * A room that is not among them tells of mentions, a direct message of everything.
 */
export interface Notifications {
  version: number;
  quiet: Quiet;
  rooms: {
    /**
     * Of which messages of a room its member is told.
     *
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[0-7][0-9A-HJKMNP-TV-Z]{25}$".
     */
    [k: string]: "all" | "mentions" | "nothing";
  };
}
/**
 * When the caller is not to be disturbed: until a time, daily, both, or never.
 */
export interface Quiet {
  until?: number | null;
  daily?: Daily | null;
}
/**
 * A time of each day; past midnight where it ends before it begins.
 */
export interface Daily {
  /**
   * Minutes since midnight, by the device's clock.
   */
  begins: number;
  /**
   * Minutes since midnight, by the device's clock.
   */
  ends: number;
}
/**
 * A room as a member sees it. `seq` and `n` are where its log stood: never ahead of it.
 */
export interface Room {
  /**
   * A ULID.
   */
  id: string;
  kind: "room" | "dm";
  /**
   * Empty for a direct message: it is called by its peer.
   */
  name: string;
  topic: string;
  visibility: "public" | "private";
  role: "owner" | "moderator" | "member";
  /**
   * The caller may read here and not speak.
   */
  muted: boolean;
  /**
   * It can be read and not be changed.
   */
  archived: boolean;
  /**
   * One of the two of a direct message has blocked the other.
   */
  blocked: boolean;
  /**
   * The other one of a direct message.
   */
  peer: string | null;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  created_at: number;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  n: number;
  /**
   * The caller's read marker: messages up to this n are read.
   */
  read_n: number;
  read_version: number;
  /**
   * Unread messages that mention the caller.
   */
  mentions: number;
}
/**
 * What anybody in the workspace may know of a user.
 */
export interface User {
  /**
   * A ULID.
   */
  id: string;
  name: string;
  /**
   * The place of the avatar's colour in the palette; null: any, by the id.
   */
  colour?: number | null;
  status?: string;
  /**
   * Whether the account was deleted; the name then says so.
   */
  deleted?: boolean;
}
/**
 * Query: public rooms whose name contains `q`, by name, after the name `after`.
 */
export interface BrowseRooms {
  q?: string | null;
  after?: string | null;
}
/**
 * The new address counts once its link was opened; `password` is the user's.
 */
export interface ChangeEmail {
  email: string;
  password: string;
}
/**
 * What is left out stays as it is; of rooms, those that are not named.
 */
export interface ChangeNotifications {
  quiet?: Quiet | null;
  rooms?: {
    /**
     * Of which messages of a room its member is told.
     *
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[0-7][0-9A-HJKMNP-TV-Z]{25}$".
     */
    [k: string]: "all" | "mentions" | "nothing";
  };
}
/**
 * `current` is the password as it is.
 */
export interface ChangePassword {
  current: string;
  password: string;
}
/**
 * What is left out stays as it is.
 */
export interface ChangeProfile {
  name?: string | null;
  /**
   * A place in the palette of avatars; -1 goes back to none.
   */
  colour?: number | null;
  status?: string | null;
}
/**
 * What was decided. It changes nothing else: messages and accounts have operations of their own.
 */
export interface CloseReport {
  outcome: Outcome;
}
/**
 * `token` is from the fragment of the link.
 */
export interface ConfirmEmail {
  token: string;
}
/**
 * A code of the app proves that it has the secret.
 */
export interface ConfirmSecondFactor {
  /**
   * Of the app, or a recovery code.
   */
  code: string;
}
/**
 * Lets `uses` people register within so many hours.
 */
export interface CreateInvite {
  hours?: number;
  uses?: number;
}
/**
 * A new room with the caller as its owner. The client chooses `id`: sent twice, it is one room.
 */
export interface CreateRoom {
  /**
   * A ULID.
   */
  id: string;
  name: string;
  topic?: string;
  visibility?: "public" | "private";
}
/**
 * `password` is the user's: deleting cannot be undone.
 */
export interface DeleteAccount {
  password: string;
}
/**
 * Deletes a message. `id` makes it happen once however often it is sent.
 */
export interface DeleteMessage {
  /**
   * A ULID.
   */
  id: string;
}
/**
 * All events of `room` after `from` up to `to`: their count is `to - from`.
 */
export interface Delta {
  type: "delta";
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  from: number;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  to: number;
  events: (
    | MessageCreated
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | MemberJoined
    | MemberLeft
    | RoomUpdated
  )[];
}
/**
 * A message was said. The text of one that was deleted since is empty; its deletion follows in the log.
 */
export interface MessageCreated {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "message.created";
  text: string;
  /**
   * The n of the message it answers.
   */
  reply_to?: number | null;
  /**
   * Users the text mentions as <@id>.
   *
   * Items: A ULID.
   */
  mentions?: string[];
}
/**
 * The message's author gave it another text.
 */
export interface MessageEdited {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "message.edited";
  /**
   * The n of the message this is about.
   */
  target: number;
  text: string;
  /**
   * Items: A ULID.
   */
  mentions?: string[];
}
/**
 * The message is gone: its place in the room stays, its text is nowhere.
 */
export interface MessageDeleted {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "message.deleted";
  /**
   * The n of the message this is about.
   */
  target: number;
}
/**
 * `sender` reacted to the message.
 */
export interface ReactionAdded {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "reaction.added";
  /**
   * The n of the message this is about.
   */
  target: number;
  emoji: string;
}
/**
 * `sender` took the reaction back.
 */
export interface ReactionRemoved {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "reaction.removed";
  /**
   * The n of the message this is about.
   */
  target: number;
  emoji: string;
}
/**
 * `user` is a member from here on.
 */
export interface MemberJoined {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "member.joined";
  /**
   * A ULID.
   */
  user: string;
}
/**
 * `user` is no longer a member.
 */
export interface MemberLeft {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "member.left";
  /**
   * A ULID.
   */
  user: string;
}
/**
 * The room is called so from here on. With a `user`: that member's role, or mute, has changed.
 */
export interface RoomUpdated {
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Messages in the room so far, this one included.
   */
  n: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * The id its author gave it.
   */
  id: string;
  /**
   * The user who caused it.
   */
  sender: string;
  type: "room.updated";
  name: string;
  topic: string;
  /**
   * It can be read and no longer be changed.
   */
  archived?: boolean;
  /**
   * Whose role or mute has changed: load the members anew.
   */
  user?: string | null;
}
/**
 * Query: an invitation's token, where registering needs one; or whether to connect an account there is.
 */
export interface Depart {
  invite?: string | null;
  connect?: "yes" | null;
}
/**
 * Whether nobody may sign in to the account.
 */
export interface Disable {
  on: boolean;
}
/**
 * Where in the log it happened.
 */
export interface Done {
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
}
/**
 * Another text for the caller's own message. `id` makes it happen once however often it is sent.
 */
export interface EditMessage {
  /**
   * A ULID.
   */
  id: string;
  text: string;
}
/**
 * `{}`: the request says all by being made.
 */
export interface Empty {}
/**
 * The code of the second factor, after the provider.
 */
export interface EnterCode {
  /**
   * Of the app, or a recovery code.
   */
  code: string;
}
/**
 * A command was refused. `id` is the command's, or null where the frame had none that could be read.
 */
export interface Error {
  type: "error";
  id: string | null;
  code: ErrorCode;
  message: string;
  /**
   * The same command may succeed later, unchanged.
   */
  retry: boolean;
}
/**
 * `{"error": {...}}`, the one shape of all refusals.
 */
export interface ErrorAnswer {
  error: ErrorBody;
}
/**
 * What went wrong: a code for programs, a sentence for people, and details by code.
 */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details?: {
    [k: string]: unknown;
  };
}
/**
 * Part of the log, dense from the first to the last; `seq` is where the log stood.
 *
 * `reset` tells that the range is no longer kept: the reader must load the room afresh.
 */
export interface Events {
  events: (
    | MessageCreated
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | MemberJoined
    | MemberLeft
    | RoomUpdated
  )[];
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  reset: boolean;
}
/**
 * All Parley has of a user but the messages, which come in pages (ExportedMessages).
 */
export interface Export {
  me: Me;
  sessions: OpenSession[];
  identities: Identity[];
  rooms: ExportedRoom[];
  /**
   * What the user reported.
   */
  reports: ReportedMessage[];
  /**
   * Whom the user has blocked.
   *
   * Items: A ULID.
   */
  blocks: string[];
  last_seen: number | null;
}
/**
 * A log-in that is still good for something.
 */
export interface OpenSession {
  /**
   * A ULID.
   */
  id: string;
  /**
   * The User-Agent of the program that refreshed it last.
   */
  agent: string;
  /**
   * The network address it was refreshed from last.
   */
  address: string;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  created_at: number;
  /**
   * When it was refreshed last, in microseconds; clients in use do every 10 minutes.
   */
  used_at: number;
  /**
   * When it ends unless it is used before, in microseconds.
   */
  expires_at: number;
  /**
   * Whether the request came with it.
   */
  current: boolean;
}
/**
 * An account at the provider that lets its user in.
 */
export interface Identity {
  /**
   * A ULID.
   */
  id: string;
  /**
   * What it was there when it was connected.
   */
  email: string;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  created_at: number;
}
/**
 * A room the user is in.
 */
export interface ExportedRoom {
  /**
   * A ULID.
   */
  id: string;
  kind: "room" | "dm";
  name: string;
  topic: string;
  role: string;
  /**
   * The other one of a direct message.
   */
  peer: string | null;
  /**
   * How far the user has read.
   */
  read_n: number;
}
/**
 * A report, without what the message said.
 */
export interface ReportedMessage {
  id: number;
  /**
   * Null once the account is deleted.
   */
  reporter: string | null;
  /**
   * A ULID.
   */
  room: string;
  n: number;
  /**
   * A ULID.
   */
  author: string;
  reason: Reason;
  note: string;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  at: number;
  closed_at: number | null;
  closed_by: string | null;
  outcome: Outcome | null;
}
/**
 * A page of the user's own messages. `next` is the `after` of the next page, null when this is the last.
 */
export interface ExportedMessages {
  messages: Message[];
  next: number | null;
}
/**
 * One message. `n` is its place among the room's messages (1 is the first), `seq` in the log.
 *
 * A deleted one has `deleted_at` and an empty text.
 */
export interface Message {
  /**
   * A ULID.
   */
  room: string;
  n: number;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * A ULID.
   */
  id: string;
  /**
   * A ULID.
   */
  sender: string;
  text: string;
  reply_to: number | null;
  /**
   * Items: A ULID.
   */
  mentions: string[];
  edited_at: number | null;
  deleted_at: number | null;
  reactions: Reaction[];
}
/**
 * One emoji and who reacted with it.
 */
export interface Reaction {
  emoji: string;
  /**
   * Items: A ULID.
   */
  users: string[];
}
/**
 * Query: users whose name contains `q`, or those with the given ids (comma-separated), not both.
 */
export interface FindUsers {
  q?: string | null;
  /**
   * Up to 100 user ids, comma-separated.
   */
  ids?: string | null;
}
/**
 * Query: the first message from a time on.
 */
export interface FirstSince {
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  since: number;
}
/**
 * How flushes went from `since` to `until`, in spans of `step` microseconds.
 *
 * Spans of which nothing is known are left out. What the last scheduled flush left behind is null when there was none
 * for an hour.
 */
export interface FlushHealth {
  /**
   * The minute in which the last scheduled flush ended.
   */
  flushed_at: number | null;
  /**
   * Rooms it could not flush, or had no time for.
   */
  rooms_behind: number | null;
  /**
   * Seconds that an event had waited for it, or still did.
   */
  buffer_age: number | null;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  since: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  until: number;
  step: number;
  points: HealthPoint[];
}
/**
 * A span of time that began at `at`.
 */
export interface HealthPoint {
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  at: number;
  /**
   * Messages a minute, in the minutes they were said; once flushed.
   */
  messages: number;
  /**
   * Events a minute that were moved into history.
   */
  events: number;
  /**
   * Times that a room could not be flushed.
   */
  failures: number;
  /**
   * Seconds that an event had waited for its flush, at most; null where no flush looked.
   */
  buffer_age: number | null;
}
/**
 * A session's access token; its refresh token travels in an HttpOnly cookie.
 */
export interface Granted {
  access_token: string;
  /**
   * Seconds.
   */
  expires_in: number;
  me: Me;
}
/**
 * `ok` when every store answered.
 */
export interface Health {
  status: "ok" | "degraded";
  stores: {
    [k: string]: boolean;
  };
}
/**
 * The stores by name, and the flushes: null where the store that remembers them does not answer.
 */
export interface HealthReport {
  stores: {
    [k: string]: StoreHealth;
  };
  flushes: FlushHealth | null;
}
/**
 * Whether a store answers now; `timeout` when it took too long to wait for.
 */
export interface StoreHealth {
  state: "ok" | "unavailable" | "timeout";
  /**
   * How long an answer takes; null where there is none.
   */
  milliseconds: number | null;
}
/**
 * The caller's, and the one that waits for the caller's consent.
 */
export interface Identities {
  /**
   * What the provider is called; null where there is none.
   */
  provider: string | null;
  identities: Identity[];
  /**
   * The email of the account there that is to be connected.
   */
  asked: string | null;
}
/**
 * An invitation as those who may invite see it.
 */
export interface Invite {
  /**
   * A ULID.
   */
  id: string;
  /**
   * A ULID.
   */
  created_by: string;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  created_at: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  expires_at: number;
  uses_left: number;
}
/**
 * A link, without its secret.
 */
export interface InviteLink {
  /**
   * A ULID.
   */
  id: string;
  /**
   * A ULID.
   */
  created_by: string;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  created_at: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  expires_at: number;
  uses_left: number;
}
/**
 * A room's links that can be used.
 */
export interface InviteLinks {
  invites: InviteLink[];
}
/**
 * Invitations that still let somebody in, the newest first.
 */
export interface Invites {
  invites: Invite[];
}
/**
 * The caller is no member of `room` any more. Not so, if the caller joined again after `seq`.
 *
 * `seq` is where the caller left or, in the answer to `resume`, the caller's cursor.
 */
export interface Left {
  type: "left";
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
}
/**
 * Too much was missed for frames: the events after `from` up to `to` are to be fetched over REST.
 */
export interface Limited {
  type: "limited";
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  from: number;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  to: number;
}
/**
 * Query: rooms with an id below `before` whose name contains `q`.
 */
export interface ListAllRooms {
  q?: string | null;
  before?: string | null;
}
/**
 * Query: the latest entries with an id below `before`. Times: since <= at < until.
 */
export interface ListAudit {
  before?: number | null;
  actor?: string | null;
  target?: string | null;
  kind?: AuditKind | null;
  since?: number | null;
  until?: number | null;
}
/**
 * Query: the latest reports in a state with an id below `before`.
 */
export interface ListReports {
  state?: ReportState;
  before?: number | null;
}
/**
 * Query: users by id, those after the id `after` whose name contains `q`.
 */
export interface ListRoles {
  after?: string | null;
  q?: string | null;
}
/**
 * `login` is the name or the email.
 */
export interface LogIn {
  login: string;
  password: string;
  /**
   * Of the authenticator app, or a recovery code, where the answer without it asks for one.
   */
  code?: string | null;
}
/**
 * A new link. Its secret is told this once.
 */
export interface MadeInviteLink {
  invite: InviteLink;
  token: string;
}
/**
 * A link into the room that ends after so many seconds, or so many new members.
 */
export interface MakeInviteLink {
  /**
   * Seconds.
   */
  expires_in?: number;
  uses?: number;
}
/**
 * Moves the caller's read marker in a room to n, on all devices.
 *
 * `version` is that of the marker the client has; only a higher n moves it then. To mark messages unread, send the
 * lower n with a version one higher.
 */
export interface MarkRead {
  action: "read.mark";
  /**
   * A ULID.
   */
  id: string;
  /**
   * A ULID.
   */
  room: string;
  n: number;
  version: number;
}
/**
 * A user in a room, with the role there.
 */
export interface Member {
  user: User;
  role: "owner" | "moderator" | "member";
  muted: boolean;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  joined_at: number;
}
/**
 * All members of a room.
 */
export interface Members {
  members: Member[];
}
/**
 * Where a message is; null where all are older.
 */
export interface MessagePlace {
  n: number | null;
}
/**
 * A page, ascending by n. Events up to `as_of` are in it already: apply only later ones.
 *
 * `n` is the number of messages in the room as of then, so a reader knows what is left on either side.
 */
export interface Messages {
  messages: Message[];
  /**
   * Position in a room's log; 0 is before its first event.
   */
  as_of: number;
  n: number;
}
/**
 * Whether the member may not speak in the room.
 */
export interface Mute {
  on: boolean;
}
/**
 * An invitation that was just made. Its token is told now and never again: keep it in a URL's fragment.
 */
export interface NewInvite {
  invite: Invite;
  token: string;
}
/**
 * What the socket's user wants to be told of, on whichever device it was chosen.
 */
export interface NotificationsUpdated {
  type: "notifications.updated";
  settings: Notifications;
}
/**
 * The direct message between the caller and `user`: made at first, the same one ever after.
 */
export interface OpenDirectMessage {
  /**
   * A ULID.
   */
  user: string;
}
/**
 * The caller's sessions, the one used last first.
 */
export interface OpenSessions {
  sessions: OpenSession[];
}
/**
 * Query: the user's messages of a room among the 100 after n `after`.
 */
export interface PageOfExport {
  /**
   * A ULID.
   */
  room: string;
  after?: number;
}
/**
 * Query: the `limit` messages before or after n (exclusive); with neither, the newest.
 */
export interface PageOfMessages {
  before?: number | null;
  after?: number | null;
  limit?: number;
}
/**
 * Keeps the connection from idling out and asks which rooms moved since `since` (from the last pong).
 */
export interface Ping {
  action: "ping";
  /**
   * A ULID.
   */
  id: string;
  /**
   * Nobody has touched the device for IDLE_SECONDS.
   */
  idle?: boolean;
  /**
   * Milliseconds by the store's clock; 0 at first.
   */
  since: number;
}
/**
 * Rooms whose head moved since the `since` that was asked with; ask with this one next time.
 */
export interface Pong {
  type: "pong";
  /**
   * A ULID.
   */
  id: string;
  since: number;
  heads: {
    /**
     * Position in a room's log; 0 is before its first event.
     *
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[0-7][0-9A-HJKMNP-TV-Z]{25}$".
     */
    [k: string]: number;
  };
}
/**
 * How watched users are: `away` when nobody has touched any of their devices for a while.
 *
 * `last_seen` has those who are offline, where it is known.
 */
export interface Presence {
  type: "presence";
  users: {
    /**
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[0-7][0-9A-HJKMNP-TV-Z]{25}$".
     */
    [k: string]: "online" | "away" | "offline";
  };
  last_seen?: {
    /**
     * Microseconds since 1970-01-01 UTC.
     *
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[0-7][0-9A-HJKMNP-TV-Z]{25}$".
     */
    [k: string]: number;
  };
}
/**
 * A user whose presence is watched, or the socket's own, has another name, colour or status.
 */
export interface ProfileUpdated {
  type: "profile.updated";
  user: User;
}
/**
 * A room anybody may join.
 */
export interface PublicRoom {
  /**
   * A ULID.
   */
  id: string;
  name: string;
  topic: string;
  members: number;
  joined: boolean;
}
/**
 * One page of public rooms; `more` tells that another follows the last name.
 */
export interface PublicRooms {
  /**
   * @maxItems 100
   */
  rooms: PublicRoom[];
  more: boolean;
}
/**
 * Query: the log after seq `after`, at most `limit` events.
 */
export interface RangeOfEvents {
  /**
   * Position in a room's log; 0 is before its first event.
   */
  after: number;
  limit?: number;
}
/**
 * Adds the caller's reaction, or takes it back with `on` false.
 */
export interface React {
  /**
   * A ULID.
   */
  id: string;
  emoji: string;
  on?: boolean;
}
/**
 * The caller's read marker in `room`, on whichever device it was moved.
 */
export interface ReadUpdated {
  type: "read.updated";
  /**
   * A ULID.
   */
  room: string;
  n: number;
  version: number;
}
/**
 * Each lets its user in once without the app. They are told now and never again.
 */
export interface RecoveryCodes {
  codes: string[];
}
/**
 * A new account. Name and email must not be in use, compared without regard to case.
 */
export interface Register {
  name: string;
  email: string;
  password: string;
  /**
   * An invitation's token, where one is needed.
   */
  invite?: string | null;
}
/**
 * Who may register: anybody, who has an invitation, or nobody.
 */
export interface RegistrationRule {
  registration: "open" | "invite" | "closed";
  /**
   * What the identity provider is called with which people can sign in, if any.
   */
  provider?: string | null;
}
/**
 * A report as administrators see it.
 */
export interface Report {
  id: number;
  /**
   * Null once the account is deleted.
   */
  reporter: string | null;
  /**
   * A ULID.
   */
  room: string;
  n: number;
  /**
   * A ULID.
   */
  author: string;
  reason: Reason;
  note: string;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  at: number;
  closed_at: number | null;
  closed_by: string | null;
  outcome: Outcome | null;
  /**
   * What the message said when it was reported; null once it or the report is gone or closed.
   */
  text: string | null;
  /**
   * `text` is null as the history did not answer: ask again to learn what was said.
   */
  text_unavailable: boolean;
}
/**
 * Why the message should not be there; `note` is for the administrators alone.
 */
export interface ReportMessage {
  reason: Reason;
  note?: string;
}
/**
 * Reports, the newest first; `more` tells that older ones follow the last one's id.
 */
export interface Reports {
  /**
   * @maxItems 20
   */
  reports: Report[];
  more: boolean;
}
/**
 * The client's cursor is older than the log or ahead of it: drop the room's cache and load afresh.
 */
export interface Reset {
  type: "reset";
  /**
   * A ULID.
   */
  room: string;
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
}
/**
 * `token` is from the fragment of the link.
 */
export interface ResetPassword {
  token: string;
  password: string;
}
/**
 * The first frame of every socket: makes it live and asks for all that was missed.
 *
 * `rooms` maps each room the client knows to the last seq it has seen without a gap.
 */
export interface Resume {
  action: "resume";
  /**
   * A ULID.
   */
  id: string;
  rooms: {
    /**
     * Position in a room's log; 0 is before its first event.
     *
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[0-7][0-9A-HJKMNP-TV-Z]{25}$".
     */
    [k: string]: number;
  };
}
/**
 * Ends the answer to `resume`: where each room stands, and the server's time in milliseconds.
 */
export interface Resumed {
  type: "resumed";
  /**
   * A ULID.
   */
  id: string;
  to: {
    /**
     * Position in a room's log; 0 is before its first event.
     *
     * This interface was referenced by `undefined`'s JSON-Schema definition
     * via the `patternProperty` "^[0-7][0-9A-HJKMNP-TV-Z]{25}$".
     */
    [k: string]: number;
  };
  time: number;
}
/**
 * Who of a room's members is online now, who of these is away from all their devices, and who types.
 */
export interface RoomPresence {
  /**
   * Items: A ULID.
   */
  online: string[];
  /**
   * Items: A ULID.
   */
  away: string[];
  /**
   * Items: A ULID.
   */
  typing: string[];
}
/**
 * The caller's rooms.
 */
export interface Rooms {
  rooms: Room[];
}
/**
 * What the authenticator app needs: `uri` in a QR code, or `secret` by hand.
 */
export interface SecondFactorSetup {
  secret: string;
  uri: string;
}
/**
 * Whether a log-in asks for a code.
 */
export interface SecondFactorState {
  on: boolean;
  /**
   * Recovery codes that were not used.
   */
  codes_left: number;
}
/**
 * Says something in a room. Resent with the same `id` until acked; said once however often it is sent.
 */
export interface SendMessage {
  action: "message.send";
  /**
   * A ULID.
   */
  id: string;
  /**
   * A ULID.
   */
  room: string;
  text: string;
  /**
   * The n of the message it answers.
   */
  reply_to?: number | null;
}
/**
 * The session behind this socket is over; the socket closes next and must not be retried with it.
 */
export interface SessionEnded {
  type: "session.ended";
}
/**
 * Another role in the room.
 */
export interface SetRole {
  role: "owner" | "moderator" | "member";
}
/**
 * Shows or hides the caller's typing sign in a room; it goes by itself when not renewed.
 */
export interface SetTyping {
  action: "typing";
  /**
   * A ULID.
   */
  id: string;
  /**
   * A ULID.
   */
  room: string;
  on: boolean;
}
/**
 * Another role in the workspace. Who makes somebody its owner is an admin from then on.
 */
export interface SetWorkspaceRole {
  role: "owner" | "admin" | "member" | "guest";
}
/**
 * Query: how far back, the last hour by the minute, the last day by ten minutes, or the last week by the hour.
 */
export interface ShowHealthReport {
  period?: Period1;
}
/**
 * Opens one socket, once: offered as the subprotocol `ticket.<ticket>` beside `parley.v1`.
 */
export interface Ticket {
  ticket: string;
  /**
   * Seconds.
   */
  expires_in: number;
}
/**
 * Who owns the room from now on; the caller moderates it then.
 */
export interface Transfer {
  /**
   * A ULID.
   */
  user: string;
}
/**
 * Both the password and a code are needed.
 */
export interface TurnOffSecondFactor {
  password: string;
  /**
   * Of the app, or a recovery code.
   */
  code: string;
}
/**
 * `user` types in `room`, or stopped.
 */
export interface Typing {
  type: "typing";
  /**
   * A ULID.
   */
  room: string;
  /**
   * A ULID.
   */
  user: string;
  on: boolean;
}
/**
 * Another name or topic. `id` makes it happen once however often it is sent.
 */
export interface UpdateRoom {
  /**
   * A ULID.
   */
  id: string;
  name?: string | null;
  topic?: string | null;
}
/**
 * A user with the role in the workspace.
 */
export interface UserRole {
  user: User;
  role: "owner" | "admin" | "member" | "guest";
  /**
   * Nobody can sign in to the account.
   */
  disabled?: boolean;
}
/**
 * One page of users with their roles; `more` tells that others follow the last one.
 */
export interface UserRoles {
  /**
   * @maxItems 100
   */
  users: UserRole[];
  more: boolean;
}
/**
 * A list of users.
 */
export interface Users {
  users: User[];
}
/**
 * A text a message had.
 */
export interface Version {
  /**
   * Position in a room's log; 0 is before its first event.
   */
  seq: number;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  ts: number;
  /**
   * A ULID.
   */
  sender: string;
  text: string;
}
/**
 * The texts a message had, the present one last.
 */
export interface Versions {
  versions: Version[];
}
/**
 * Names the users on screen: their presence is answered now and pushed when it changes.
 *
 * Replaces the list given before; users without a room in common with the caller are left out.
 */
export interface WatchPresence {
  action: "presence.watch";
  /**
   * A ULID.
   */
  id: string;
  /**
   * @maxItems 200
   *
   * Items: A ULID.
   */
  users: string[];
}
/**
 * The socket's user has another role in the workspace.
 */
export interface WorkspaceRoleUpdated {
  type: "workspace_role.updated";
  role: "owner" | "admin" | "member" | "guest";
}
/**
 * A room as administrators see it, who may be no members of it.
 */
export interface WorkspaceRoom {
  /**
   * A ULID.
   */
  id: string;
  /**
   * Null for a private room that the caller is not in.
   */
  name: string | null;
  visibility: "public" | "private";
  members: number;
  /**
   * Whether the caller is a member.
   */
  joined: boolean;
  archived: boolean;
  /**
   * Microseconds since 1970-01-01 UTC.
   */
  created_at: number;
  /**
   * When something happened there last; null where nobody noted it, and where the name is.
   */
  active_at: number | null;
}
/**
 * Rooms, those made last first; `more` tells that others follow the last one's id.
 */
export interface WorkspaceRooms {
  /**
   * @maxItems 100
   */
  rooms: WorkspaceRoom[];
  more: boolean;
}
