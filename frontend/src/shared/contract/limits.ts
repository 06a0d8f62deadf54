// Generated from schema.json by `npm run generate`. Do not edit.

export const TEXT_LENGTH = 8000;
export const NAME_LENGTH = 40;
export const ROOM_NAME_LENGTH = 60;
export const TOPIC_LENGTH = 250;
export const EMAIL_LENGTH = 254;
export const STATUS_LENGTH = 80;
export const PALETTE = 8;
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;
export const EMOJI_LENGTH = 32;
export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 100;
export const RESUME_ROOMS = 800;
export const DELTA_EVENTS = 100;
export const FRAME_BYTES = 32768;
export const WATCHED_USERS = 200;
export const IDLE_SECONDS = 300;
export const TYPING_SECONDS = 6;
export const HEARTBEAT_SECONDS = 60;
export const STALE_ID_DAYS = 6;
export const INVITE_SECONDS = 2592000;
export const INVITE_USES = 1000;
export const ACCESS_TOKEN_SECONDS = 600;
export const RESET_TOKEN_MINUTES = 30;
export const EMAIL_TOKEN_MINUTES = 60;
export const TICKET_SECONDS = 30;
