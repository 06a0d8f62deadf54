"""The function that hashes passwords, invoked by the REST function (setting HASH_FUNCTION)."""

from collections.abc import Mapping

from chalice.app import Blueprint

from chalicelib import runtime
from chalicelib.bootstrap import parley

hashing = Blueprint(__name__)


@hashing.lambda_function()
def hash_password(event: Mapping[str, object], _context: object) -> str | bool:
    """Hash or check: see services/hashing.py."""
    return runtime.run(parley().hashing.answer(event))
