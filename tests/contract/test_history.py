import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.messages import BUCKET_ROWS, Message, Span
from chalicelib.repositories.base import HistoryRepository
from chalicelib.repositories.cassandra.messages import Messages
from tests.contract.made import message, new_id
from tests.fakes import FakeStores


@pytest.fixture(params=["fake", "cassandra"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> HistoryRepository:
    return fakes.history if request.param == "fake" else Messages(request.getfixturevalue("cassandra"))


# Each example has a room of its own, so they may share the repository.
on_one_repository = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def test_a_message_reads_back_as_it_was_stored(repository: HistoryRepository) -> None:
    stored = message(new_id(), 1)
    await repository.write([stored])
    assert await repository.read(stored.room, Span(1, 1)) == [stored]


async def test_a_room_without_rows_reads_as_nothing(repository: HistoryRepository) -> None:
    assert await repository.read(new_id(), Span(1, 100)) == []


async def test_an_empty_span_reads_as_nothing_and_no_rows_write_nothing(repository: HistoryRepository) -> None:
    stored = message(new_id(), 1)
    await repository.write([stored])
    await repository.write([])
    assert await repository.read(stored.room, Span(2, 1)) == []


async def test_a_span_has_both_its_ends_and_only_its_room(repository: HistoryRepository) -> None:
    room = new_id()
    await repository.write([message(room, n) for n in range(1, 8)])
    await repository.write([message(new_id(), n) for n in range(1, 8)])
    assert await repository.read(room, Span(3, 5)) == [message(room, n) for n in (3, 4, 5)]


@pytest.mark.parametrize("rows", [30, 31, 300])
async def test_more_rows_than_a_batch_are_all_written(repository: HistoryRepository, rows: int) -> None:
    room = new_id()
    written = [message(room, n) for n in range(1, rows + 1)]
    await repository.write(written)
    assert await repository.read(room, Span(1, rows)) == written


async def test_the_longest_texts_fill_a_batch(repository: HistoryRepository) -> None:
    room = new_id()
    written = [Message(room, n, n, n, f"id {n}", "sender", "🙂" * 8_000, n) for n in range(1, 31)]
    await repository.write(written)
    assert await repository.read(room, Span(1, 30)) == written


async def test_a_span_over_many_buckets_reads_in_order(repository: HistoryRepository) -> None:
    room = new_id()
    edges = [n for bucket in range(1, 13) for n in (bucket * BUCKET_ROWS - 1, bucket * BUCKET_ROWS)]
    await repository.write([message(room, n) for n in edges])
    assert await repository.read(room, Span(1, 13 * BUCKET_ROWS)) == [message(room, n) for n in edges]


@on_one_repository
@given(data=st.data())
async def test_pages_join_seamlessly_wherever_they_are_cut(repository: HistoryRepository, data: st.DataObject) -> None:
    room = new_id()
    first = BUCKET_ROWS - 20
    numbers = range(first, first + 40)
    await repository.write([message(room, n) for n in numbers])
    cuts = sorted(data.draw(st.sets(st.sampled_from(numbers), max_size=5)))
    bounds = zip([first, *cuts], [*(cut - 1 for cut in cuts), numbers[-1]], strict=True)
    pages = [await repository.read(room, Span(low, high)) for low, high in bounds]
    assert [it.n for page in pages for it in page] == list(numbers)


@on_one_repository
@given(data=st.data())
async def test_rows_written_in_any_order_and_again_read_the_same(
    repository: HistoryRepository, data: st.DataObject
) -> None:
    """Of each row several states are written, in any order and any number of times: the latest is what is read."""
    room = new_id()
    numbers = data.draw(st.sets(st.integers(BUCKET_ROWS - 4, BUCKET_ROWS + 3), min_size=1, max_size=6), label="numbers")
    states = [
        Message(room, n, n, ts=1_000_000 + 10 * n + rev, id=f"id {n}", sender="s", text=f"{n}.{9 - rev}", rev=n + rev)
        for n in numbers
        for rev in range(data.draw(st.integers(1, 3), label=f"states of {n}"))
    ]
    repeats = data.draw(st.lists(st.sampled_from(states), max_size=6), label="repeats")
    order = data.draw(st.permutations([*states, *repeats]), label="order")
    cut = data.draw(st.integers(0, len(order)), label="cut")
    for part in (order[:cut], order[cut:]):
        await repository.write(part)
    latest = {it.n: it for it in sorted(states, key=lambda it: it.ts)}
    assert await repository.read(room, Span(1, 2 * BUCKET_ROWS)) == [latest[n] for n in sorted(numbers)]
