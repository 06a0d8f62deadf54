"""What administrators do with people, rooms and invitations, and what they see of Parley, in real browsers."""

import re
import time

import asyncpg
import pytest
from playwright.async_api import expect

from chalicelib.domain.samples import MINUTE_US, Sample
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.samples import Samples
from tests.e2e.conftest import Invite
from tests.e2e.test_pages import keep
from tests.e2e.visitor import SCREENS, Screen


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_an_administrator_sees_all_rooms_and_how_everything_is(
    screen: Screen, invite: Invite, postgres_url: str, mongodb_url: str
) -> None:
    ada, grace = await invite("Ada", screen), await invite("Grace")
    await make_admin(postgres_url, ada.name)
    await remember_an_hour(mongodb_url)
    await ada.create_room(f"Library {ada.name}")
    await grace.create_room(f"Attic {grace.name}", private=True)

    await ada.page.goto("/admin/rooms")
    rooms = ada.page.get_by_role("list", name="Rooms, those made last first")
    await expect(rooms.get_by_text("A private room that you are not in").first).to_be_visible()
    await expect(rooms).not_to_contain_text("Attic")
    await keep(ada.page, screen, "administration-rooms")
    await ada.page.get_by_label("Find rooms by name").fill(ada.name)
    await expect(rooms.get_by_role("listitem")).to_have_count(1)
    await rooms.get_by_role("button", name=f"Manage Library {ada.name}").click()
    await ada.dialog.get_by_role("button", name="Delete room").click()
    await keep(ada.page, screen, "administration-room")
    await ada.dialog.get_by_role("button", name="Archive").click()
    await expect(rooms).to_contain_text("public · archived · 1 member")

    await ada.page.get_by_role("link", name="Health").click()
    await expect(ada.page.get_by_text("Answers in")).to_have_count(3)
    plot = ada.page.get_by_role("img", name=re.compile("^Messages a minute: at most "))
    await expect(plot).to_be_visible()
    await keep(ada.page, screen, "administration-health")
    await ada.page.get_by_label("Show").select_option("The last 7 days")
    await ada.page.get_by_text("As a table").first.click()
    await expect(ada.page.get_by_role("table").first).to_be_visible()
    await keep(ada.page, screen, "administration-health-week")


async def make_admin(postgres_url: str, name: str) -> None:
    """Let somebody administer the workspace, whoever owns it."""
    link = await asyncpg.connect(postgres_url)
    try:
        await link.execute("update users set role = 'admin' where name = $1", name)
    finally:
        await link.close()


async def remember_an_hour(mongodb_url: str) -> None:
    """Put into the store what flushes of an eventful hour would have left there, with ten minutes of which nothing is
    known.
    """
    now = time.time_ns() // 1_000 // MINUTE_US
    known = {}
    for ago in (it for it in range(1, 60) if not 20 <= it < 30):
        late = 40 <= ago < 46
        age = (47 - ago) * 60 if late else 20 + ago % 7 * 5
        known[(now - ago) * MINUTE_US] = Sample(ago * 37 % 41, 0 if late else ago * 41 % 47, int(late), int(late), age)
    database = client.connect(mongodb_url)
    await Samples(database).add(known)
    await client.close(database)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
async def test_an_administrator_disables_invites_and_reads_of_it(
    screen: Screen, invite: Invite, postgres_url: str
) -> None:
    ada, grace = await invite("Ada", screen), await invite("Grace")
    await expect(grace.page.get_by_role("link", name="Administration")).to_have_count(0)
    await make_admin(postgres_url, ada.name)
    await ada.create_room(f"Market {ada.name}")
    await grace.browse_and_join(f"Market {ada.name}")
    await grace.say("Buy my watches!")
    await ada.sees_once("Buy my watches!")
    await ada.use("Buy my watches!", "Report")
    await ada.dialog.get_by_label("Spam or advertising").check()
    await ada.dialog.get_by_label("Anything the administrators should know").fill("The third time today.")
    await keep(ada.page, screen, "report")
    await ada.dialog.get_by_role("button", name="Report", exact=True).click()
    await expect(ada.dialog).to_contain_text("The administrators have been told.")
    await ada.dialog.get_by_role("button", name="Done").click()
    await ada.page.goto("/")

    await ada.page.get_by_role("link", name="Administration").click()
    await ada.page.get_by_label("Find people by name").fill(grace.name)
    people = ada.page.get_by_role("list", name="People")
    await expect(people.get_by_role("listitem")).to_have_count(1)
    await keep(ada.page, screen, "administration-people")
    await ada.page.get_by_role("button", name=f"Manage {grace.name}").click()
    await ada.dialog.get_by_role("button", name="Disable account").click()
    await keep(ada.page, screen, "administration-disable")
    await ada.dialog.get_by_role("button", name="Yes, disable it").click()
    await expect(people).to_contain_text("member, disabled")
    await expect(grace.page.get_by_role("heading", name="Log in")).to_be_visible()

    await ada.page.get_by_role("link", name="Invitations").click()
    await ada.page.get_by_role("button", name="Make invitation").click()
    await expect(ada.page.locator("code")).to_contain_text("/register#invite=")
    made = ada.page.get_by_role("list", name="Invitations").get_by_role("listitem").filter(has_text=ada.name)
    await expect(made).to_have_count(1)
    await keep(ada.page, screen, "administration-invitations")
    await made.get_by_role("button").click()
    await expect(made).to_have_count(0)

    await ada.page.get_by_role("link", name="Reports").click()
    report = ada.page.get_by_role("list", name="Reports").get_by_role("listitem").filter(has_text=grace.name)
    await expect(report).to_contain_text("Buy my watches!")
    await expect(report).to_contain_text(f"{ada.name} reported it: The third time today.")
    await keep(ada.page, screen, "administration-reports")
    await report.get_by_label("What became of it").select_option("The author was put out")
    await report.get_by_role("button", name="Close report").click()
    await expect(report).to_have_count(0)

    await ada.page.get_by_role("link", name="Audit log").click()
    await ada.page.get_by_label("Show").select_option("Account disabled")
    entries = ada.page.get_by_role("list", name="Entries, the newest first")
    await expect(entries.get_by_role("listitem").first).to_contain_text(f"{ada.name}, about {grace.name}")
    await keep(ada.page, screen, "administration-audit")
