"""All of REST, by the names under which docs/openapi.json has it. Who adds a noun names it here and nowhere else."""

from collections.abc import Mapping
from typing import Final

from chalicelib.handlers.accounts import accounts
from chalicelib.handlers.audit import audit
from chalicelib.handlers.blocks import blocks
from chalicelib.handlers.credentials import credentials
from chalicelib.handlers.disabling import disabling
from chalicelib.handlers.endings import endings
from chalicelib.handlers.erasure import erasure
from chalicelib.handlers.health import health
from chalicelib.handlers.identities import identities
from chalicelib.handlers.invite_links import invite_links
from chalicelib.handlers.invites import invites
from chalicelib.handlers.messages import messages
from chalicelib.handlers.notifications import notifications
from chalicelib.handlers.profiles import profiles
from chalicelib.handlers.reports import reports
from chalicelib.handlers.rest import Rest
from chalicelib.handlers.roles import roles
from chalicelib.handlers.rooms import rooms
from chalicelib.handlers.second_factors import second_factors
from chalicelib.handlers.sessions import sessions
from chalicelib.handlers.users import users

REST: Final[Mapping[str, Rest]] = {
    "accounts": accounts,
    "profiles": profiles,
    "notifications": notifications,
    "blocks": blocks,
    "erasure": erasure,
    "credentials": credentials,
    "second_factors": second_factors,
    "identities": identities,
    "invites": invites,
    "sessions": sessions,
    "rooms": rooms,
    "roles": roles,
    "disabling": disabling,
    "invite_links": invite_links,
    "endings": endings,
    "audit": audit,
    "reports": reports,
    "users": users,
    "messages": messages,
    "health": health,
}
