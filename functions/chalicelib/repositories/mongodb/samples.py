"""Samples: one document an hour, its `_id` the number of the hour since 1970, with its sums and those of its minutes.

An hour, because SecantusDB looks at every document for a range of `_id`s, and takes a millisecond for each that it
finds by another index: of minutes there would be ten thousand. By no TTL index, as with attempts: the document is
written every minute, and the sweep drops what is over.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from chalicelib.domain.samples import HOUR_US, MINUTE_US, Sample
from chalicelib.repositories.bounded import bounded
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering, upsert_where

_SUMS: Final = ("messages", "events", "failures")
_MAXIMA: Final = ("behind", "buffer_age")


class Samples:
    """SampleRepository on the collection `samples`."""

    def __init__(self, database: Database) -> None:
        self._samples = database["samples"]

    @answering
    async def add(self, samples: Mapping[int, Sample]) -> None:
        """Add to what is known of these minutes."""
        hours: dict[int, dict[int, Sample]] = defaultdict(dict)
        for at, sample in samples.items():
            hours[at // HOUR_US][at % HOUR_US // MINUTE_US] = sample
        await bounded([partial(self._add, hour, minutes) for hour, minutes in hours.items()])

    @answering
    async def minutes(self, since: int, until: int) -> dict[int, Sample]:
        """What is known of the minutes since <= minute < until."""
        hours = list(range(since // HOUR_US, -(-until // HOUR_US)))
        found = await self._samples.find({"_id": {"$in": hours}}, batch_size=ALL_AT_ONCE).to_list()
        known = dict(minute for it in found for minute in _minutes(it))
        return {at: sample for at, sample in known.items() if since <= at < until}

    @answering
    async def hours(self, since: int, until: int) -> dict[int, Sample]:
        """What is known of the hours since <= hour < until."""
        span = {"_id": {"$gte": since // HOUR_US, "$lt": until // HOUR_US}}
        found = await self._samples.find(span, {"minutes": 0}, batch_size=ALL_AT_ONCE).to_list()
        return {it["_id"] * HOUR_US: _sample(it) for it in found}

    @answering
    async def drop_before(self, at: int) -> None:
        """Forget the hours that were over by then."""
        await self._samples.delete_many({"_id": {"$lt": at // HOUR_US}})

    async def _add(self, hour: int, minutes: Mapping[int, Sample]) -> None:
        sums: Counter[str] = Counter()
        maxima: dict[str, int] = {}
        for minute, sample in minutes.items():
            for place in ("", f"minutes.{minute}."):
                for name in _SUMS:
                    sums[place + name] += getattr(sample, name)
                for name in _MAXIMA:
                    if (level := getattr(sample, name)) is not None:
                        maxima[place + name] = max(level, maxima.get(place + name, level))
        # An update with an operator that has nothing to do is refused before MongoDB 5.
        update = {"$inc": sums, **({"$max": maxima} if maxima else {})}
        await upsert_where(self._samples, {"_id": hour}, update)


def _minutes(document: Document) -> Iterator[tuple[int, Sample]]:
    for minute, known in document["minutes"].items():
        yield document["_id"] * HOUR_US + int(minute) * MINUTE_US, _sample(known)


def _sample(known: Mapping[str, Any]) -> Sample:
    return Sample(**{name: known[name] for name in (*_SUMS, *_MAXIMA) if name in known})
