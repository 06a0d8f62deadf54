"""In-memory stand-ins for the stores and the world, held to the same contracts as the real ones (tests/contract)."""

from tests.fakes.stores import FakeStores

__all__ = ["FakeStores"]
