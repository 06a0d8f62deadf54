"""The slow part of hashing, for the function that does nothing else.

A guess costs its sender nothing and a quarter of a second here. With a function of its own, and a concurrency reserved
for it, a flood of guesses is refused at that bound, and takes no processor from what carries messages.
"""

from collections.abc import Mapping

from chalicelib.gateways.base import SlowHash


class Hashing:
    """Hashes and checks what gateways.passwords.InvokedHash asks for."""

    def __init__(self, slow: SlowHash) -> None:
        self._slow = slow

    async def answer(self, request: Mapping[str, object]) -> str | bool:
        """The hash, with `cost`; whether it is the hash's, with `hashed`. Raises KeyError for any other request."""
        prepared = str(request["prepared"])
        if "hashed" in request:
            return await self._slow.check(prepared, str(request["hashed"]))
        return await self._slow.hash(prepared, int(str(request["cost"])))
