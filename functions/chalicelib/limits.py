"""The numbers both sides must agree on. The web app's copy is generated from here."""

from typing import Final

TEXT_LENGTH: Final = 8_000
"""Characters (Unicode code points) in one message."""

NAME_LENGTH: Final = 40
ROOM_NAME_LENGTH: Final = 60
TOPIC_LENGTH: Final = 250
EMAIL_LENGTH: Final = 254
"""RFC 5321, section 4.5.3.1: a path of 256 octets with its angle brackets."""

STATUS_LENGTH: Final = 80
REPORT_NOTE_LENGTH: Final = 500
PALETTE: Final = 8
"""Colours an avatar can have."""

PASSWORD_MIN: Final = 8
PASSWORD_MAX: Final = 128

EMOJI_LENGTH: Final = 32
"""Code points of one reaction: the longest sequences with a picture have 10, flags of regions 14."""

PAGE_DEFAULT: Final = 50
PAGE_MAX: Final = 100

RESUME_ROOMS: Final = 800
"""Cursors one `resume` may carry: as many as fit into one frame."""

DELTA_EVENTS: Final = 100
"""Events of one room a `delta` carries at most; more is `limited` and fetched over REST."""

FRAME_BYTES: Final = 32 * 1024
"""API Gateway's WebSocket frame quota; larger answers are cut into several frames of this size at most."""

WATCHED_USERS: Final = 200
BLOCKED_USERS: Final = 500
"""One user may block: their ids fit into one frame."""

IDLE_SECONDS: Final = 300
"""A device that nobody touched for this long says so with its next ping, and its user is away."""

TYPING_SECONDS: Final = 6
"""A typing sign that is not renewed is gone after this."""

HEARTBEAT_SECONDS: Final = 60
STALE_ID_DAYS: Final = 6
"""Ids are remembered for 7 days and more; a day is left for a resend on its way."""

INVITE_SECONDS: Final = 30 * 24 * 3600
"""An invite link lives no longer, and lets no more than INVITE_USES in."""

INVITE_USES: Final = 1_000
ACCESS_TOKEN_SECONDS: Final = 600
RESET_TOKEN_MINUTES: Final = 30
EMAIL_TOKEN_MINUTES: Final = 60
"""How long links sent by mail work."""

TICKET_SECONDS: Final = 30
