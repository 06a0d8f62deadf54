"""Where a deployed Parley answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses without a slash at the end."""

    rest: str
    """What `/health` and all other paths of the REST API come after."""
    socket: str
    origin: str
    """Of the web app, as browsers send it."""
    page: str | None
    """The web app itself; None where nobody serves it."""

    @classmethod
    def of(cls, outputs: Mapping[str, str], server: str | None, origin: str) -> Self:
        """Of a stack: through CloudFront on AWS, at the APIs themselves on a server that plays AWS.

        The paths on such a server are LocalStack's (docs.localstack.cloud, "API Gateway": alternative URL format).
        """
        if server is None:
            url = outputs["WebAppUrl"]
            return cls(f"{url}/api", f"{url.replace('http', 'ws', 1)}/ws", url, url)
        rest, socket = outputs["RestAPIId"], outputs["WebsocketAPIId"]
        apis = f"{server}/_aws/execute-api"
        return cls(f"{apis}/{rest}/api", f"{apis.replace('http', 'ws', 1)}/{socket}/ws", origin, None)
