"""The web app in a browser: what it loads, how soon it can be used, and how it holds out against many messages.

Parley is whole and runs here; what was said in its rooms goes straight into the history, and what is being said goes to
the browser by the gateway's management API, so that it is the web app that is measured and not who fills the rooms.
"""

import asyncio
import gzip
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

from chalicelib.bootstrap import Parley
from chalicelib.domain.log import End
from chalicelib.gateways.aws import Aws
from chalicelib.gateways.callbacks import ManagementApi
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.sigv4 import Scope
from infra.run.webapp import FRONTEND, WebApp
from infra.stores import HistoryStore
from tests.browser import launched
from tests.client import Person
from tests.e2e.visitor import DESKTOP, PATIENCE_MS, Visitor
from tests.load import process
from tests.load.figures import median, p95
from tests.load.inside import services
from tests.load.talk import Talk
from tests.system import System, running

_PAGE: Final = Path(__file__).with_suffix(".js").read_text()
_LOG_IN: Final = "input[type=password]"
_COMPOSER: Final = "main textarea"
_SLOWED: Final = 4
_QUIET_MS: Final = 2_000
_LONG_MS: Final = 50
_PEOPLE: Final = 4
_AGO_US: Final = 20 * 24 * 3600 * 1_000_000
_JUMP: Final = 5_000
"""So far up the web app goes to a message at once."""

_TYPED: Final = "the quick brown fox jumps over the lazy dog "
_KEY_MS: Final = 30
_SCREENS: Final = 1_600
"""Pixels by which it is scrolled each frame."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything."""

    starts: int = 5
    loaded: int = 5_000
    long: int = 50_000
    switches: int = 60
    keys: int = 200
    rate: int = 50
    """Messages a second while somebody types."""
    hour: int = 3_600
    replay: int = 200
    """Messages a second of the hour that is replayed."""


@dataclass(slots=True)
class Tasks:
    """Those that held up the main thread for 50 ms and more: ms by the clock, and ms of the processor."""

    durations: list[tuple[float, float]] = field(default_factory=list)

    def __str__(self) -> str:
        wall, busy = ([it[side] for it in self.durations] for side in (0, 1))
        return f"{_long(wall)} | {_long(busy)}"


def _long(times: Sequence[float]) -> str:
    found = [it for it in times if it >= _LONG_MS]
    return f"{len(found)} | {max(times, default=0):,.0f}"


@dataclass(slots=True)
class Figures:
    """What was measured. Times in ms."""

    first_bytes: int = 0
    room_bytes: int = 0
    log_in: list[tuple[float, float]] = field(default_factory=list)
    """When it was painted and when it was interactive, of each start."""
    room: list[tuple[float, float]] = field(default_factory=list)
    switches: list[float] = field(default_factory=list)
    calm_keys: list[float] = field(default_factory=list)
    busy_keys: list[float] = field(default_factory=list)
    typing: Tasks = field(default_factory=Tasks)
    heap: tuple[int, int] = (0, 0)
    """Bytes before and after the hour."""
    replay: Tasks = field(default_factory=Tasks)
    loading: Tasks = field(default_factory=Tasks)
    frames: list[float] = field(default_factory=list)
    scrolling: Tasks = field(default_factory=Tasks)


@dataclass(frozen=True, slots=True)
class Room:
    """A room that much was said in."""

    title: str
    talk: Talk

    def path(self, n: int | None = None) -> str:
        """Its address in the web app, or that of one of its messages."""
        return f"/rooms/{self.talk.room}" + ("" if n is None else f"?message={n}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody in front of the browser."""

    browser: Browser
    visitor: Visitor
    devtools: CDPSession

    @property
    def page(self) -> Page:
        """What they look at."""
        return self.visitor.page

    async def load(self, room: Room, to: int) -> None:
        """Open the room and load all back to message `to`, by links, each as far up as one may lead."""
        newest = room.talk.end.n
        for n in (*range(newest - _JUMP + 1, to, -_JUMP), to):
            await self.page.evaluate("path => measured.open(path)", room.path(n))
            await self.visitor.timeline.locator(f'[data-n="{n}"]').wait_for(timeout=60_000)
        await self.page.evaluate("path => measured.open(path)", room.path())

    async def switch(self, room: Room) -> float:
        """Go to the room by the list; ms from the click to the paint that shows its last message."""
        await self.page.evaluate("([title, n]) => measured.expectRoom(title, n)", [room.title, room.talk.end.n])
        await self.visitor.in_list(room.title).click()
        return float(await self.page.evaluate("measured.switched"))

    async def type(self, keys: int) -> list[float]:
        """Write something; ms from each key to the paint that shows it."""
        await self.visitor.composer.fill("")
        await self.page.evaluate("measured.keys.length = 0")
        text = (_TYPED * keys)[:keys]
        await self.visitor.composer.press_sequentially(text, delay=_KEY_MS)
        return [float(it) for it in await self.page.evaluate("measured.keys")]

    async def heap(self) -> int:
        """Bytes of JavaScript that something still refers to."""
        await self.devtools.send("HeapProfiler.collectGarbage")
        await self.devtools.send("HeapProfiler.collectGarbage")
        found = await self.devtools.send("Performance.getMetrics")
        return int(next(it["value"] for it in found["metrics"] if it["name"] == "JSHeapUsedSize"))

    @asynccontextmanager
    async def tasks(self) -> AsyncIterator[Tasks]:
        """The long tasks meanwhile, from a trace of the page's main thread."""
        found = Tasks()
        await self.browser.start_tracing(page=self.page, categories=["toplevel"])
        yield found
        events = json.loads(await self.browser.stop_tracing())["traceEvents"]
        names = [it for it in events if it["name"] == "thread_name" and it["args"]["name"] == "CrRendererMain"]
        main = {(it["pid"], it["tid"]) for it in names}
        found.durations = [
            (it["dur"] / 1e3, it.get("tdur", 0) / 1e3)
            for it in events
            if (it["pid"], it["tid"]) in main and it.get("dur", 0) >= _LONG_MS * 1e3
        ]


@dataclass(frozen=True, slots=True)
class Bench:
    """A running Parley with its rooms, and the browser to look at it with."""

    scale: Scale
    parley: System
    browser: Browser
    dist: Path
    app: Parley
    reader: Person
    rooms: tuple[Room, Room]
    long: Room

    async def context(self) -> BrowserContext:
        """A browser that was never here."""
        context = await self.browser.new_context(**DESKTOP.options(self.parley.url))
        await context.add_init_script(_PAGE)
        return context

    async def scripts(self, page: Page) -> int:
        """Bytes of JavaScript, gzipped, that the page has loaded."""
        names = await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        paths = {urlsplit(name).path for name in names if name.endswith(".js")}
        return sum(len(gzip.compress((self.dist / path.lstrip("/")).read_bytes())) for path in paths)

    async def start(self, page: Page, path: str, selector: str) -> tuple[float, float]:
        """Open an address on a slowed processor; see `interactive` in web_app.js."""
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWED})
        await page.goto(path)
        found = await page.evaluate("it => measured.interactive(...it)", [selector, _QUIET_MS])
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        return found["usable"], found["interactive"]

    async def starts(self, figures: Figures) -> BrowserContext:
        """The first visit, each time in another browser, then those of who is signed in; the browser they are in."""
        for _ in range(self.scale.starts):
            context = await self.context()
            page = await context.new_page()
            figures.log_in.append(await self.start(page, "/", _LOG_IN))
            figures.first_bytes = await self.scripts(page)
            await context.close()
        context = await self.context()
        visitor = Visitor(await context.new_page(), self.reader.name, "/")
        await visitor.arrive()
        await visitor.log_in(self.reader.name)
        await visitor.is_inside()
        for _ in range(self.scale.starts):
            figures.room.append(await self.start(visitor.page, self.rooms[0].path(), _COMPOSER))
            figures.room_bytes = await self.scripts(visitor.page)
        await visitor.page.close()
        return context

    async def sit_down(self, context: BrowserContext) -> Reader:
        """Open the app where somebody is signed in."""
        visitor = Visitor(await context.new_page(), self.reader.name, "/")
        await visitor.arrive()
        await visitor.is_inside()
        devtools = await context.new_cdp_session(visitor.page)
        await devtools.send("Performance.enable")
        return Reader(self.browser, visitor, devtools)

    async def push(self, rate: int, goes_on: Callable[[int], bool]) -> None:
        """Let things be said in the first room, to those who are looking; see Talk.push."""
        gateway = self.parley.gateway
        [recipient] = await self.app.stores.connections.live_of_user(self.reader.id)
        aws = Aws(gateway.management_url, Scope(gateway.settings.region, "execute-api"), SystemClock())
        await self.rooms[0].talk.push(ManagementApi(aws), recipient.connection, rate, goes_on)
        aws.close()

    async def use(self, reader: Reader, figures: Figures) -> None:
        """Everything that a reader does after the start."""
        scale = self.scale
        for room in self.rooms:
            await reader.load(room, 1)
        for number in range(scale.switches):
            figures.switches.append(await reader.switch(self.rooms[number % 2]))
        await reader.visitor.open(self.rooms[0].title)
        figures.calm_keys = await reader.type(scale.keys)
        async with reader.tasks() as figures.typing:
            typing = asyncio.create_task(reader.type(scale.keys))
            await self.push(scale.rate, lambda _: not typing.done())
            figures.busy_keys = await typing
        await reader.visitor.composer.fill("")
        before = await reader.heap()
        async with reader.tasks() as figures.replay:
            await self.push(scale.replay, lambda count: count < scale.hour)
            await reader.visitor.timeline.locator(f'[data-n="{self.rooms[0].talk.end.n}"]').wait_for()
        figures.heap = (before, await reader.heap())
        await reader.page.reload()
        async with reader.tasks() as figures.loading:
            await reader.load(self.long, 1)
        await reader.switch(self.rooms[1])
        await reader.switch(self.long)
        async with reader.tasks() as figures.scrolling:
            figures.frames = await reader.page.evaluate("pixels => measured.scrollUp(pixels)", _SCREENS)
        await expect(reader.visitor.timeline.locator('[data-n="1"]')).to_be_visible()


@asynccontextmanager
async def _bench(scale: Scale) -> AsyncIterator[Bench]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="parley-bench-")))
        web_app = WebApp(FRONTEND, folder / "webapp.log", print)
        await web_app.build()
        stores = await stack.enter_async_context(process.stores(history=HistoryStore.MONGODB))
        environment = {**stores.environment(), "HISTORY_STORE": HistoryStore.MONGODB}
        parley = await stack.enter_async_context(running(environment))
        credentials = parley.gateway.settings.credentials
        os.environ |= {
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        }
        app = services(environment)
        people = [await parley.person() for _ in range(_PEOPLE)]
        one, other, long = [await _room(app, people, count) for count in (scale.loaded, scale.loaded, scale.long)]
        browser = await stack.enter_async_context(launched())
        yield Bench(scale, parley, browser, web_app.dist, app, people[0], (one, other), long)


async def _room(app: Parley, people: Sequence[Person], count: int) -> Room:
    owner, *others = people
    title = f"room of {count:,} {os.urandom(3).hex()}"
    room = await owner.room(name=title)
    for person in others:
        await person.post(f"/rooms/{room}/join")
    known = await owner.get(f"/rooms/{room}")
    begin = End(known["seq"], known["n"], time.time_ns() // 1_000 - _AGO_US)
    return Room(title, await Talk(room, [it.id for it in people], begin).fill(app, count))


async def measure(scale: Scale) -> Figures:
    """Start everything and measure."""
    expect.set_options(timeout=PATIENCE_MS)
    figures = Figures()
    async with _bench(scale) as bench:
        context = await bench.starts(figures)
        await bench.use(await bench.sit_down(context), figures)
    return figures


def _row(what: str, goal: str, times: Sequence[float]) -> str:
    figures = " | ".join(f"{it:,.0f}" for it in (median(times), p95(times), max(times)))
    return f"| {what} | {goal} | {len(times)} | {figures} |"


def _table(scale: Scale, figures: Figures) -> str:
    before, after = figures.heap
    growth = (after - before) / 1e6
    return "\n".join(
        (
            "| JavaScript of the first page | gzipped, kB | goal |",
            "|---|---|---|",
            f"| signing in | {figures.first_bytes / 1e3:.1f} | 150 |",
            f"| signed in, a room open | {figures.room_bytes / 1e3:.1f} | |",
            "",
            "What the page had loaded when it was interactive.",
            "",
            "| time, ms | goal | times | p50 | p95 | most |",
            "|---|---|---|---|---|---|",
            _row(f"first visit, {_SLOWED}x slower processor: log-in form shown", "", [it for it, _ in figures.log_in]),
            _row("until it is interactive", "", [it for _, it in figures.log_in]),
            _row("signed in, the same: a room shown", "", [it for it, _ in figures.room]),
            _row("until it is interactive", "", [it for _, it in figures.room]),
            _row(f"to another room, {scale.loaded:,} messages loaded in both", "p95 100", figures.switches),
            _row("a key, nobody else writing", "", figures.calm_keys),
            _row(f"a key, while {scale.rate} messages/s arrive", "", figures.busy_keys),
            _row(f"a frame, scrolling through {scale.long:,} messages", "", figures.frames),
            "",
            "| tasks, ms | 50 and more by the clock | longest | 50 and more of processor | longest |",
            "|---|---|---|---|---|",
            f"| scrolling through {scale.long:,} messages (goal: none) | {figures.scrolling} |",
            f"| loading these, {_JUMP:,} by a link | {figures.loading} |",
            f"| typing while {scale.rate} messages/s arrive | {figures.typing} |",
            f"| {scale.hour:,} messages, {scale.replay} a second | {figures.replay} |",
            "",
            (
                f"Memory: {before / 1e6:.1f} MB of JavaScript before {scale.hour:,} messages, an hour of one"
                f" each {3_600 / scale.hour:g} s,"
                f" were replayed at {scale.replay} a second, {after / 1e6:.1f} MB after: {growth:.1f} MB,"
                f" or {growth * 1e6 / scale.hour:,.0f} bytes a message, of which all stay loaded."
            ),
            "",
            (
                "Chromium without a window, 1280 by 800, on the machine that Parley runs on, so that both share its"
                " cores. Shown and interactive count from the navigation: interactive is the end of the last task of"
                f" 50 ms or more before {_QUIET_MS // 1_000} s without one. The others count from the event's own time"
                " stamp to the paint that shows what came of it: the room with its last message in sight, the letter."
                f" A key every {_KEY_MS} ms; messages come over the page's socket, posted by the management API."
                f" Scrolling goes from the last message to the first, {_SCREENS:,} pixels (two screens) each frame, a"
                " frame being 17 ms at best. Tasks are those of the main thread, from a trace: by the clock they"
                " have in them what other"
                f" processes took of the cores meanwhile ({os.getloadavg()[1]:.0f} wanted to run on average, all in"
                " all), of processor only what they spent. Memory is what the heap holds after collecting garbage."
            ),
        )
    )


def report() -> str:
    """The section of docs/benchmarks.md."""
    scale = Scale()
    return _table(scale, asyncio.run(measure(scale)))


if __name__ == "__main__":
    print(report())
