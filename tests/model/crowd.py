"""Three people, one room and three execution environments: everything that can be done there, one thing at a time.

Every operation is compared with the model at once: what it answered, and what came into the log by it.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.bootstrap import Parley
from chalicelib.domain.log import Event, EventType
from chalicelib.domain.markers import ReadMarker
from chalicelib.domain.rooms import Role, Visibility
from chalicelib.errors import Conflict, Forbidden, NotMember, ParleyError, Unavailable
from chalicelib.services.access import SWEEP_AFTER_US
from chalicelib.services.accounts import Caller, Device
from tests.model import views
from tests.model.environment import Died, Fault
from tests.model.place import SKEWS, Place
from tests.model.room import DAY_US, Command, Room, says

PASSWORD: Final = "correct horse"
DEVICE: Final = Device(agent="model", address="127.0.0.1")
MEMBERSHIP: Final = frozenset((EventType.MEMBER_JOINED, EventType.MEMBER_LEFT))


@dataclass(frozen=True, slots=True)
class Answer:
    """How an operation ended: with an event or nothing, with a refusal, or nobody knows how."""

    event: Event | None = None
    refusal: ParleyError | None = None
    unknown: bool = False

    def refused(self, refusal: type[ParleyError] | None) -> bool:
        """Whether it was refused with this one."""
        return refusal is not None and type(self.refusal) is refusal


@dataclass(slots=True)
class Person:
    """Somebody, and the socket that is open."""

    id: str
    name: str
    caller: Caller
    socket: str | None = None


class Crowd:
    """The people, their room, and the model of it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.environments = [place.environment(number) for number in range(len(SKEWS))]
        self.people: list[Person] = []
        self.markers: dict[str, ReadMarker] = {}
        self.sockets: dict[str, str] = {}
        """Every socket there was, and whose."""
        self.flushed = 0
        self.interrupted = False
        self.forgotten = 0
        """The log does not have what came up to this seq any more."""
        self.room = Room("", "", "")
        self._connections = 0
        self._flushes: list[tuple[int, int]] = []
        """When the room was seen to be flushed further, and how far."""
        self._looked_at = 0

    @property
    def expected(self) -> views.Expected:
        """What readers may be shown now."""
        return views.Expected(self.room, self.flushed, interrupted=self.interrupted)

    @property
    def now(self) -> int:
        """The place's time, in microseconds."""
        return self.place.outside.clock.now()

    def id(self) -> str:
        """A new ULID of now."""
        return self.place.outside.ids.ulid()

    def app(self, number: int) -> Parley:
        """The services of an environment."""
        return self.environments[number].app

    async def gather(self) -> None:
        """Make the people and their room, with all of them in it."""
        for name in ("ada", "grace", "lin"):
            unique = f"{name} {self.id()}"
            tokens = await self.app(0).accounts.register(
                unique, f"{unique.replace(' ', '.')}@example.org", PASSWORD, DEVICE
            )
            caller = await self.app(0).accounts.authenticate(tokens.access)
            self.people.append(Person(tokens.account.id, unique, caller))
        owner = self.people[0]
        self.room = Room(self.id(), owner.id, f"room {self.id()}")
        await self.app(0).rooms.create(owner.id, self.room.id, self.room.name, "", Visibility.PUBLIC)
        await self._follow([Command(EventType.MEMBER_JOINED, owner.id, "", {"user": owner.id})])
        for person in self.people[1:]:
            await self.do(Command(EventType.MEMBER_JOINED, person.id, "", {"user": person.id}), 1, None)

    # --- what changes the room

    async def do(self, command: Command, where: int, fault: Fault | None) -> None:
        """Somebody wants something to happen, in the environment `where`, for the first time or again."""
        before = self.room.end
        known = self.room.known(command)
        must_refuse = self.room.refusal(command, self.environments[where].clock.now())
        socket = await self._socket_for(command)
        answer = await self._answer(where, fault, lambda app: self._run(app, command, socket))
        if answer.unknown:
            await self._settle(command)
        await self._follow([command])
        if command.type is EventType.MEMBER_JOINED and self.room.end > before:
            await self._see_admitted(command.user, fault)
        came = self.room.events[before:]
        if known is not None and known.seq > self.forgotten:
            assert not came
            # The same place and time; the text may be deleted by now.
            assert answer.unknown or (answer.event or known).end == known.end
            # A room is renamed by owners only, also again: the answer is the room.
            assert answer.refusal is None or (command.type is EventType.ROOM_UPDATED and answer.refused(must_refuse))
        elif must_refuse is not None:
            assert not came
            assert answer.unknown or answer.refused(must_refuse), answer
        else:
            assert answer.refusal is None, answer
            assert answer.unknown or len(came) == self._makes_an_event(command, before)
            assert answer.event is None or [answer.event] == came
            if fault is None and came:
                self._everybody_got(came[0], besides=socket)

    async def race(
        self, one: Command | None, where: int, other: Command | None, elsewhere: int, step: int, *, after: bool
    ) -> None:
        """Do one thing; before or after a step of it, do the other in another environment. None is a flush."""
        commands = [it for it in (one, other) if it is not None]
        sockets = {it.id: await self._socket_for(it) for it in commands}
        ended: list[tuple[Command | None, Answer]] = []

        async def run(what: Command | None, number: int) -> None:
            if what is None:
                answer = await self._answer(number, None, lambda app: app.flush.room(self.room.id))
            else:
                answer = await self._answer(number, None, lambda app: self._run(app, what, sockets[what.id]))
            ended.append((what, answer))

        self.environments[where].arm(step, lambda: run(other, elsewhere), after=after)
        await run(one, where)
        if len(ended) == 1:
            await run(other, elsewhere)
        before, refusals = self.room.end, await self._follow(commands)
        for user in {str(it.body["user"]) for it in self.room.events[before:] if it.type is EventType.MEMBER_JOINED}:
            await self._see_admitted(user, None)
        await self._see_roles()
        await self.see_flushed()
        for command, answer in ended:
            if command is None:
                assert answer.refusal is None
            elif answer.refusal is not None:
                allowed = refusals[command.id] | self._may_collide(command, commands)
                assert type(answer.refusal) in allowed, (command, answer)
            else:
                news = self.room.events[before:]
                assert command.type in MEMBERSHIP or any(it.id == command.id for it in news)
                assert answer.event is None or answer.event in news

    def _may_collide(self, command: Command, commands: Sequence[Command]) -> set[type[ParleyError] | None]:
        """What a command may be refused with only because another got in between."""
        others = {it.type for it in commands if it is not command}
        # The answer to who joins or renames is the room, which is not shown to who has left it by then.
        shown = command.type in {EventType.MEMBER_JOINED, EventType.ROOM_UPDATED}
        return {NotMember} if shown and EventType.MEMBER_LEFT in others else set()

    async def _run(self, app: Parley, command: Command, socket: str | None) -> Event | None:
        room, who, body = self.room.id, command.who, command.body
        match command.type:
            case EventType.MESSAGE_CREATED:
                assert socket is not None
                sender = await app.connections.authenticate(socket)
                return await app.sending.send(sender, room, command.id, str(body["text"]), command.target or None)
            case EventType.MESSAGE_EDITED:
                return await app.changing.edit(who, room, command.target, command.id, str(body["text"]))
            case EventType.MESSAGE_DELETED:
                return await app.changing.delete(who, room, command.target, command.id)
            case EventType.REACTION_ADDED | EventType.REACTION_REMOVED:
                on = command.type is EventType.REACTION_ADDED
                return await app.changing.react(who, room, command.target, command.id, str(body["emoji"]), on=on)
            case EventType.ROOM_UPDATED:
                await app.rooms.update(who, room, command.id, str(body["name"]), str(body["topic"]))
            case EventType.MEMBER_JOINED:
                await app.rooms.join(who, room)
            case EventType.MEMBER_LEFT if command.user == who:
                await app.rooms.leave(who, room)
            case EventType.MEMBER_LEFT:
                await self._kick(app, who, command.user)
        return None

    async def _kick(self, app: Parley, actor: str, user: str) -> None:
        """Another's membership is ended as one's own is, with the other as the actor."""
        change = await app.stores.rooms.leave(self.room.id, user, actor, self.id(), app.world.clock.now())
        if change is not None:
            await app.access.apply([change])

    async def _settle(self, command: Command) -> None:
        """Nobody knows how it ended. What a client or the schedule does then, in an environment that is well."""
        if command.type is EventType.ROOM_UPDATED:
            refusal = self.room.refusal(command, self.now)
            with suppress(*([refusal] if refusal else [])):
                await self._run(self.place.environment(0).app, command, None)
        if command.type in MEMBERSHIP or command.type is EventType.ROOM_UPDATED:
            self.place.outside.clock.advance(SWEEP_AFTER_US / 1e6 + 6)
            await self.place.environment(0).app.access.sweep(100)

    async def _follow(self, commands: Sequence[Command]) -> dict[str, set[type[ParleyError] | None]]:
        """Take in what came into the log: each event by one of the commands, which was allowed to happen there.

        Returns, for each command, what it may have been refused with, if it was: before, between and after the events.
        """
        before, moving = set(self.room.members), {it.user for it in commands if it.type in MEMBERSHIP}
        # Each change of a room writes down what it is called by then, which may be what another made of it.
        names = [it.body for it in commands if it.type is EventType.ROOM_UPDATED]
        refusals: dict[str, set[type[ParleyError] | None]] = {}

        def judge() -> None:
            for command in commands:
                refusals.setdefault(command.id, set()).add(self.room.refusal(command, self.now))

        judge()
        for event in await self.place.stores.events.between(self.room.id, self.room.end, self.room.end + 100):
            by = [it for it in commands if says(event, it, before - moving, before | moving, names)]
            assert by, f"nobody asked for {event}"
            allowed = {None, *_ahead_of_the_log(event, commands)}
            assert any(self.room.refusal(it, self.now) in allowed for it in by), f"not allowed: {event}"
            self.room.happens(event)
            judge()
        return refusals

    def _makes_an_event(self, command: Command, before: int) -> bool:
        """Whether there is something to be done: who is in the room is not let in again."""
        if command.type not in MEMBERSHIP:
            return True
        return (command.user in self.room.at(before).members) is (command.type is EventType.MEMBER_LEFT)

    async def _see_admitted(self, user: str, fault: Fault | None) -> None:
        """Who comes in has read what was said before; a store that does not answer then leaves it unread."""
        old = self.markers.get(user, ReadMarker())
        joined = [it for it in self.room.events if (it.type, it.body.get("user")) == (EventType.MEMBER_JOINED, user)]
        stored = await self._stored_marker(user)
        read = replace(old, n=max(old.n, joined[-1].n))
        assert stored == read or (fault is not None and stored == old)
        self.markers[user] = stored

    async def _see_roles(self) -> None:
        """Who owns the room after changes at once is PostgreSQL's to say: the log does not tell in which order."""
        found = {it.user.id: it.role is Role.OWNER for it in await self.place.stores.rooms.members(self.room.id)}
        assert found.keys() == self.room.members.keys()
        assert any(found.values()) or not found
        self.room.members = found

    # --- what changes nothing in the log

    def marker(self, person: Person) -> ReadMarker:
        """Where the person's marker is."""
        return self.markers.get(person.id, ReadMarker())

    async def mark(self, person: Person, where: int, n: int, version: int, fault: Fault | None) -> None:
        """Move a read marker."""
        socket = await self.socket(person)
        new, old = ReadMarker(min(n, self.room.n), version), self.marker(person)

        async def run(app: Parley) -> None:
            await app.markers.mark(await app.connections.authenticate(socket), self.room.id, n, version)

        answer = await self._answer(where, fault, run)
        wanted = max(new, old, key=lambda it: (it.version, it.n))
        stored = await self._stored_marker(person.id)
        if person.id not in self.room.members:
            assert answer.unknown or type(answer.refusal) is NotMember
            assert stored == old
        else:
            assert answer.refusal is None
            assert stored == wanted or (answer.unknown and stored == old)
        self.markers[person.id] = stored

    async def _stored_marker(self, user: str) -> ReadMarker:
        found = await self.place.stores.markers.of_user(user, [self.room.id])
        return found.get(self.room.id, ReadMarker())

    async def flush(self, where: int, fault: Fault | None) -> None:
        """Flush the room, or begin to."""
        answer = await self._answer(where, fault, lambda app: app.flush.room(self.room.id))
        assert answer.refusal is None
        await self.see_flushed()
        if answer.unknown:
            self.interrupted = True

    async def flush_all(self, where: int) -> None:
        """Flush all there is; a lease that somebody died with is over by then."""
        self.place.outside.clock.advance(66)
        await self.app(where).flush.room(self.room.id)
        await self.see_flushed()
        assert self.flushed == self.room.end
        self.interrupted = False

    async def see_flushed(self) -> None:
        """Learn how far history has the room; it never goes back."""
        head = await self.place.stores.heads.get(self.room.id)
        assert self.flushed <= head.flushed.seq <= self.room.end
        assert head.end.seq <= self.room.end
        if head.flushed.seq > self.flushed:
            self._flushes.append((self.now, head.flushed.seq))
        self.flushed = head.flushed.seq
        # Whatever was written when, and wherever a flush has died: what is not flushed is found.
        if self.flushed < self.room.end:
            assert self.room.id in await self.place.stores.events.rooms_pending()
        if self.flushed:
            assert head.flushed == self.room.events[self.flushed - 1].end

    async def wait(self, seconds: float) -> None:
        """Let time pass. After hours nobody's socket is left; after days everybody logs in again."""
        self.place.outside.clock.advance(seconds)
        if seconds < 3_600:
            return
        for person in self.people:
            if person.socket is not None:
                await self.app(0).connections.closed(person.socket)
                person.socket = None
            tokens = await self.app(0).accounts.log_in(person.name, PASSWORD, DEVICE)
            person.caller = await self.app(0).accounts.authenticate(tokens.access)
        await self.app(0).expiring.run()
        kept = await self.place.kept(self.room.id)
        assert [it.seq for it in kept] == list(range(self.room.end - len(kept) + 1, self.room.end + 1))
        self.forgotten = self.room.end - len(kept)
        long_ago = self.now - 8 * DAY_US + 2 * max(SKEWS)
        assert self.forgotten <= max((seq for at, seq in self._flushes if at <= long_ago), default=0)

    # --- sockets

    async def socket(self, person: Person) -> str:
        """The person's live socket, opened if there is none."""
        if person.socket is None:
            person.socket = await self._opened(person)
            sender = await self.app(0).connections.authenticate(person.socket, pending=True)
            await self.app(0).connections.go_live(sender)
        return person.socket

    async def resume(self, person: Person, where: int, cursor: int | None) -> None:
        """Come back with a cursor, on a new socket beside the one there is."""
        app = self.app(where)
        socket = await self._opened(person)
        sender = await app.connections.authenticate(socket, pending=True)
        cursors = {} if cursor is None else {self.room.id: cursor}
        answers = [it async for it in app.resuming.resume(sender, self.id(), cursors)]
        if views.resumed(answers, self.expected, person.id, cursor, self.forgotten + 1):
            await views.fetched(app, self.expected, cursor or 0)
        await app.connections.closed(socket)

    async def _opened(self, person: Person) -> str:
        self._connections += 1
        socket = f"{person.id}-{self._connections}="
        app = self.app(0)
        await app.connections.open(socket, await app.accounts.ticket(person.caller))
        self.sockets[socket] = person.id
        return socket

    async def _socket_for(self, command: Command) -> str | None:
        if command.type is not EventType.MESSAGE_CREATED:
            return None
        return await self.socket(next(it for it in self.people if it.id == command.who))

    def _everybody_got(self, event: Event, besides: str | None) -> None:
        for person in self.people:
            if person.socket in {None, besides} or person.id not in self.room.members:
                continue
            frames = self.place.outside.callbacks.frames[str(person.socket)]
            assert views.wire(event) in frames

    # --- what everybody can see

    async def look(self, where: int) -> None:
        """Look at everything that anybody can see, and at what lies in the stores."""
        app = self.app(where)
        await self.see_flushed()
        await views.page(app, self.room, None, None, 100)
        for person in self.people:
            await views.membership(app, self.room, person.id)
            if person.id in self.room.members:
                marker = self.marker(person)
                await views.first_screen(app, self.expected, person.id, marker)
        for socket, user in self.sockets.items():
            views.pushed(self.place.outside.callbacks.frames.pop(socket, []), self.room, user, self._looked_at)
        self._looked_at = self.room.end
        kept = [views.wire(it) for it in await self.place.kept(self.room.id)]
        self.expected.same(kept, self.forgotten, self.room.end)
        await self._deleted_texts_are_nowhere()

    async def _deleted_texts_are_nowhere(self) -> None:
        gone = [it for it in self.room.now.messages if 0 < it.deleted_by <= self.flushed]
        if gone:
            lies = await self.place.lies(self.room.id)
            for text in (text for said in gone for _, text in said.texts):
                assert text not in lies

    # --- environments

    async def _answer(self, where: int, fault: Fault | None, run: Callable[[Parley], Awaitable[object]]) -> Answer:
        """Run something in the environment, with the fault; one that died is replaced."""
        environment = self.environments[where]
        if fault is not None:
            environment.arm_fault(fault)
        try:
            found = await run(environment.app)
        except Unavailable:
            return Answer(unknown=True)
        except ParleyError as error:
            return Answer(refusal=error)
        except Exception as error:
            if not _is_death(error):
                raise
            return Answer(unknown=True)
        finally:
            environment.disarm()
            self._replace_dead(where)
        return Answer(event=found if isinstance(found, Event) else None)

    def _replace_dead(self, where: int) -> None:
        if self.environments[where].dead:
            self.environments[where] = self.place.environment(where)


def _ahead_of_the_log(event: Event, commands: Sequence[Command]) -> Iterator[type[ParleyError]]:
    """Refusals that do not count, since PostgreSQL knew of another of the commands before the log did."""
    others = [it for it in commands if not (it.who == event.sender and it.type is event.type)]
    if any(it.type is EventType.MEMBER_JOINED and it.user == event.sender for it in others):
        yield NotMember
    if event.type is EventType.ROOM_UPDATED and any(it.type is EventType.MEMBER_LEFT for it in others):
        yield from (NotMember, Forbidden)
    # Whoever leaves last may, also the owner; who came or went at the same moment stands in the log in either order.
    if event.type is EventType.MEMBER_LEFT and any(it.type in MEMBERSHIP for it in others):
        yield Conflict


def _is_death(error: BaseException) -> bool:
    if isinstance(error, ExceptionGroup):
        return all(_is_death(it) for it in error.exceptions)
    return isinstance(error, Died)
