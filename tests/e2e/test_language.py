"""The app in German: by choice, and for who has a German browser."""

from dataclasses import replace

from playwright.async_api import expect

from tests.e2e.conftest import Invite
from tests.e2e.test_pages import keep
from tests.e2e.visitor import DESKTOP

GERMAN = replace(DESKTOP, name="german", locale="de-DE")


async def test_the_language_that_is_chosen_applies_at_once_and_stays(invite: Invite) -> None:
    ada = await invite("Ada")
    page = ada.page
    html = page.locator("html")
    await expect(html).to_have_attribute("lang", "en")
    await page.get_by_role("link", name="Settings").click()
    await page.get_by_label("Language on this device").select_option(label="Deutsch")
    await expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    await expect(page.get_by_role("heading", name="Zweiter Faktor")).to_be_visible()
    await expect(html).to_have_attribute("lang", "de")
    await keep(page, GERMAN, "settings")

    await page.get_by_role("button", name="Zurück zum Chat").click()
    await expect(page.get_by_role("heading", name="Willkommen bei Parley")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Willkommen bei Parley")).to_be_visible()
    await expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    await expect(html).to_have_attribute("lang", "de")
    await keep(page, GERMAN, "welcome")

    await page.get_by_role("button", name="Raum erstellen").first.click()
    await ada.dialog.get_by_label("Name").fill(f"Maschinenraum von {ada.name}")
    await ada.dialog.get_by_role("button", name="Raum erstellen").click()
    await page.get_by_role("textbox", name="Nachricht an Maschinenraum").fill("Guten Morgen!")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("Guten Morgen!")).to_be_visible()
    await expect(page.get_by_role("heading", name="Heute")).to_be_visible()
    await keep(page, GERMAN, "room")

    await page.get_by_role("link", name="Einstellungen").click()
    await page.get_by_label("Sprache auf diesem Gerät").select_option(label="Wie der Browser: English")
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await expect(html).to_have_attribute("lang", "en")


async def test_a_german_browser_is_spoken_to_in_german(invite: Invite) -> None:
    grace = await invite("Grace", GERMAN, account=False)
    page = grace.page
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    await page.get_by_label("Name oder E-Mail").fill("niemand")
    await page.get_by_label("Passwort").fill("nichts davon stimmt")
    await page.get_by_role("button", name="Anmelden").click()
    await expect(page.get_by_role("alert")).to_have_text("Name oder Passwort stimmt nicht.")
    await keep(page, GERMAN, "log-in")
