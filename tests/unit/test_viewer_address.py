"""How template.yaml lets the REST function know a visitor's address behind the distribution, and nobody else say it."""

from typing import Any

from tests.unit.test_observability import TEMPLATE

DISTRIBUTION: dict[str, Any] = TEMPLATE["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
ORIGINS = {it["Id"]: it for it in DISTRIBUTION["Origins"]}


def test_the_distribution_shows_the_key_that_functions_know() -> None:
    [header] = ORIGINS["rest"]["OriginCustomHeaders"]
    variables = TEMPLATE["Metadata"]["Shared"]["Function"]["Environment"]["Variables"]
    assert header == {"HeaderName": "X-Parley-Edge", "HeaderValue": variables["EDGE_KEY"]}


def test_requests_to_rest_say_who_the_viewer_is() -> None:
    [behaviour] = [it for it in DISTRIBUTION["CacheBehaviors"] if it["TargetOriginId"] == "rest"]
    assert behaviour["FunctionAssociations"] == [
        {"EventType": "viewer-request", "FunctionARN": "ViewerAddress.FunctionARN"}
    ]
    code = TEMPLATE["Resources"]["ViewerAddress"]["Properties"]["FunctionCode"]
    assert 'request.headers["x-parley-viewer"] = {value: event.viewer.ip};' in code
