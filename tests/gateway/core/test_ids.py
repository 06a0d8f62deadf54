"""Ids look as AWS's do, and none comes twice."""

import re
from collections.abc import Callable
from uuid import RFC_4122, UUID

import pytest

from infra.gateway.core.ids import new_connection_id, new_request_id, new_trace_root, new_uuid


@pytest.mark.parametrize("new", [new_connection_id, new_request_id])
def test_ids_of_api_gateway_must_be_url_encoded_and_look_like_no_option_to_a_command_line(
    new: Callable[[], str],
) -> None:
    ids = {new() for _ in range(2_000)}
    assert len(ids) == 2_000
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{14}=", each) for each in ids)


def test_uuids_are_random_ones_of_version_4() -> None:
    ids = {new_uuid() for _ in range(1_000)}
    assert len(ids) == 1_000
    for each in ids:
        assert str(UUID(each)) == each
        assert (UUID(each).version, UUID(each).variant) == (4, RFC_4122)


def test_a_trace_root_is_in_the_form_of_x_ray() -> None:
    roots = {new_trace_root() for _ in range(1_000)}
    assert len(roots) == 1_000
    assert all(re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", each) for each in roots)
