"""The metrics of a run: where they are served."""

from infra.metrics.server import MetricsServer
from infra.run.errors import MetricsPortInUse
from infra.run.settings import RunSettings


def serve_metrics(settings: RunSettings) -> MetricsServer:
    """Serve them at the port that was asked for, else at the one after Parley's, else at any.

    Raises MetricsPortInUse.
    """
    log = settings.logs / "gateway.log"
    wanted = settings.metrics_port
    ports = [wanted] if wanted is not None else [settings.port + 1, 0]
    for port in ports:
        try:
            server = MetricsServer(log, port)
        except (OSError, OverflowError):
            continue
        server.start()
        return server
    raise MetricsPortInUse(ports[0])
