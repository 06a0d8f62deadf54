"""Each fails once MiniStack does what AWS does: then take the gap out of infra/emulator/gaps.py, and its handling."""

import pytest
from websockets.exceptions import InvalidStatus

from infra.emulator.gaps import REFUSED_HANDSHAKE, UNREACHABLE_ORIGIN
from tests.deploy.system import Deployed, through_cloudfront


async def test_a_refused_handshake_does_not_get_the_status_of_the_function(parley: Deployed) -> None:
    event = {
        "requestContext": {"connectionId": "none", "routeKey": "$connect", "apiId": "", "domainName": "", "stage": ""},
        "headers": {"Origin": parley.address.origin},
    }
    assert (await parley.invoke("websocket_connect", event))["statusCode"] == 401
    with pytest.raises(InvalidStatus) as refused:
        await parley.somebody().open("none")
    assert refused.value.response.status_code == REFUSED_HANDSHAKE


async def test_a_distribution_does_not_reach_the_apis_behind_it(parley: Deployed) -> None:
    status, _, _ = await through_cloudfront(parley, "/api/health")
    assert status == UNREACHABLE_ORIGIN
