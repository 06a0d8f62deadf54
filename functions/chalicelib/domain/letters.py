"""Letters: what Parley writes to the addresses of its users. Plain text, and no secret but the link itself."""

from dataclasses import dataclass
from typing import Final

from chalicelib.limits import EMAIL_TOKEN_MINUTES, RESET_TOKEN_MINUTES

_IGNORE: Final = "If it was not you, ignore this mail: nothing changes without the link."


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one address."""

    to: str
    subject: str
    text: str


def link(web_url: str, page: str, token: str) -> str:
    """The address of a page of the web app with a token in its fragment, which browsers send to no server."""
    return f"{web_url}/{page}#token={token}"


def reset_letter(to: str, name: str, url: str) -> Letter:
    """The way to a new password."""
    text = (
        f"Hello {name},\n\nsomebody asked for a new password for your Parley account. Choose one here:\n\n{url}\n\n"
        f"The link works once, within {RESET_TOKEN_MINUTES} minutes, and logs out all your devices. {_IGNORE}\n"
    )
    return Letter(to, "Choose a new password", text)


def confirm_letter(to: str, name: str, url: str) -> Letter:
    """Proof that an address is the user's."""
    text = (
        f"Hello {name},\n\nconfirm that this is the email address of your Parley account:\n\n{url}\n\n"
        f"The link works once, within {EMAIL_TOKEN_MINUTES} minutes. {_IGNORE}\n"
    )
    return Letter(to, "Confirm your email address", text)


def taken_letter(to: str) -> Letter:
    """To an address that has an account, when somebody wants it for another one."""
    text = (
        "Hello,\n\nsomebody wanted to use this email address for a Parley account, but it has one already. "
        "If it was you, log in with this address, and ask for a new password if you have forgotten yours.\n"
    )
    return Letter(to, "This address has an account already", text)


def moved_letter(to: str, name: str) -> Letter:
    """To the address an account had before."""
    text = (
        f"Hello {name},\n\nyour Parley account has another email address from now on. "
        "If it was not you who changed it, tell whoever runs this Parley at once.\n"
    )
    return Letter(to, "Your email address was changed", text)
