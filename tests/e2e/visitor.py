"""A person in front of a browser: what they do and what they can see, in their own words."""

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final, Literal

from playwright.async_api import Dialog, Locator, Page, expect

from tests.client import PASSWORD

PATIENCE_MS: Final = 20_000

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a visitor looks at."""

    name: str
    width: int
    height: int
    theme: Theme = "light"
    touch: bool = False
    locale: str = "en-GB"

    def options(self, base_url: str) -> dict[str, Any]:
        """For a browser context."""
        return {
            "base_url": base_url,
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.theme,
            "has_touch": self.touch,
            "is_mobile": self.touch,
            "locale": self.locale,
            "timezone_id": "Europe/Paris",
        }


DESKTOP: Final = Screen("light", 1280, 800)
DARK: Final = Screen("dark", 1280, 800, "dark")
PHONE: Final = Screen("phone", 390, 844, touch=True)
SCREENS: Final = (DESKTOP, DARK, PHONE)


class Visitor:
    """Somebody using the app; a `name` of one word gets an ending of its own, since accounts outlive a test."""

    def __init__(self, page: Page, name: str, path: str) -> None:
        self.page = page
        self.name = name if " " in name else f"{name} {secrets.token_hex(3)}"
        self.email = f"{secrets.token_hex(6)}@example.org"
        self.surprises: list[str] = []
        self._path = path
        page.on("pageerror", lambda error: self.surprises.append(str(error)))
        page.on("dialog", self._dismiss)

    async def _dismiss(self, dialog: Dialog) -> None:
        self.surprises.append(f"a dialog: {dialog.message}")
        await dialog.dismiss()

    # --- accounts

    async def arrive(self) -> None:
        """Open the app at the visitor's first address."""
        await self.page.goto(self._path)
        await expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    async def fill_registration(self, name: str, email: str, password: str) -> None:
        """Go to the registration and send it."""
        button = self.page.get_by_role("button", name="Create an account")
        if await button.is_visible():
            await button.click()
        await self.page.get_by_label("Name", exact=True).fill(name)
        await self.page.get_by_label("Email").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Create account").click()

    async def register(self) -> None:
        """Make an account and be inside."""
        await self.fill_registration(self.name, self.email, PASSWORD)
        await self.is_inside()

    async def log_in(self, login: str, password: str = PASSWORD) -> None:
        """Send the log-in form."""
        await self.page.get_by_label("Name or email").fill(login)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Log in").click()

    async def log_out(self) -> None:
        """End the session."""
        await self.page.get_by_role("button", name="Log out").click()
        await expect(self.page.get_by_role("heading", name="Log in")).to_be_visible()

    async def is_inside(self) -> None:
        """See the app of a signed-in user."""
        await expect(self.page.get_by_role("button", name="Log out")).to_have_count(1)

    # --- rooms and people

    @property
    def dialog(self) -> Locator:
        """The open dialog."""
        return self.page.get_by_role("dialog")

    async def create_room(self, name: str, topic: str = "", *, private: bool = False) -> None:
        """Create a room and be in it."""
        await self.page.get_by_role("button", name="Create a room").first.click()
        await self.dialog.get_by_label("Name").fill(name)
        await self.dialog.get_by_label("Topic").fill(topic)
        if private:
            await self.dialog.get_by_label("Private").check()
        await self.dialog.get_by_role("button", name="Create room").click()
        await self.is_in(name)

    async def browse_and_join(self, name: str) -> None:
        """Find a public room and join it."""
        await self.page.get_by_role("button", name="Browse rooms").first.click()
        await self.dialog.get_by_label("Find a public room").fill(name)
        await self.dialog.get_by_role("button", name=f"Join {name}").click()
        await self.is_in(name)

    async def open_direct_message(self, other: str) -> None:
        """Find a person by name and open the direct message with them."""
        await self.page.get_by_role("button", name="New direct message").click()
        await self.dialog.get_by_label("Find a person by name").fill(other)
        await self.dialog.get_by_role("button", name=other).click()
        await self.is_in(other)

    def in_list(self, title: str) -> Locator:
        """The room or direct message in the list."""
        return self.page.get_by_role("navigation").get_by_role("link", name=title)

    async def open(self, title: str) -> None:
        """Go to a room or direct message by the list."""
        await self.in_list(title).click()
        await self.is_in(title)

    async def is_in(self, title: str) -> None:
        """See the room's own header, and nothing above it."""
        await expect(self.dialog).to_have_count(0)
        await expect(self.page.get_by_role("main").get_by_role("heading", level=1)).to_contain_text(title)

    async def show_members(self) -> None:
        """Open the members beside the room."""
        await self.page.get_by_role("button", name="Members", exact=True).click()
        await expect(self.page.get_by_role("complementary", name="Members")).to_contain_text("Online")

    # --- messages

    @property
    def composer(self) -> Locator:
        """Where messages are written."""
        return self.page.get_by_role("textbox", name=re.compile("^Message "))

    @property
    def timeline(self) -> Locator:
        """The messages of the open room."""
        return self.page.get_by_role("log")

    async def say(self, text: str) -> None:
        """Write a message and send it with Enter."""
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.composer).to_have_value("")

    async def tools(self, text: str) -> Locator:
        """Bring out what can be done with the message that reads so."""
        message = self.messages(text)
        menu = message.get_by_role("button", name="Message actions")
        toolbar = message.get_by_role("toolbar")
        if await menu.count():
            await menu.click()
        else:
            await message.hover()
        await expect(toolbar).to_be_visible()
        return toolbar

    async def use(self, text: str, tool: str) -> None:
        """Do something with the message that reads so."""
        await (await self.tools(text)).get_by_role("button", name=tool).click()

    async def edit(self, text: str, new: str) -> None:
        """Give the own message another text."""
        await self.use(text, "Edit")
        await self.editor.fill(new)
        await self.editor.press("Enter")

    async def delete(self, text: str) -> None:
        """Delete the message, and say so again when asked."""
        await self.use(text, "Delete")
        await self.dialog.get_by_role("button", name="Delete").click()

    async def reply(self, text: str, answer: str) -> None:
        """Answer the message."""
        await self.use(text, "Reply")
        await self.say(answer)

    async def react(self, text: str, emoji: str) -> None:
        """React to the message with one of the usual emoji."""
        await self.use(text, "React")
        await self.messages(text).get_by_role("button", name=f"React with {emoji}").click()

    @property
    def editor(self) -> Locator:
        """Where a message is edited, in its place."""
        return self.page.get_by_role("textbox", name="Edit message")

    def reaction(self, text: str, emoji: str) -> Locator:
        """The emoji below the message, with who reacted."""
        return self.messages(text).get_by_role("button", name=re.compile(f"^{emoji} "))

    async def sees_unread(self, title: str, messages: int, mentions: int = 0) -> None:
        """See in the list how much of the room is unread, and how much of that mentions one."""
        entry = self.in_list(title)
        if messages == 0:
            await expect(entry).not_to_contain_text("new")
        else:
            await expect(entry).to_contain_text(f"{messages} new")
        if mentions == 0:
            await expect(entry).not_to_contain_text("of you")
        else:
            await expect(entry).to_contain_text(f"{mentions} mention{'' if mentions == 1 else 's'} of you")

    def messages(self, text: str) -> Locator:
        """The messages that read so."""
        return self.timeline.locator("[data-message]").filter(has=self.page.get_by_text(text, exact=True))

    async def sees_once(self, *texts: str) -> None:
        """See each of these messages, confirmed, one time."""
        for text in texts:
            message = self.messages(text)
            await expect(message).to_have_count(1)
            await expect(message).to_have_attribute("data-n", re.compile(r"\d+"))

    async def texts(self) -> list[str]:
        """What is said in the timeline, from top to bottom."""
        return await self.timeline.locator("[data-message] p").all_inner_texts()
