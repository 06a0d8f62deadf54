"""The functions' metrics on a page and for Prometheus, read from the gateway's log."""

import json
import logging
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path

import pytest

from chalicelib.gateways.metrics import LoggedMetrics
from chalicelib.metrics import ALL, FLUSH_BATCH, GONE_CONNECTIONS, ROOMS_BEHIND, SEND_TO_ACK, THROTTLED_POSTS
from infra.gateway.log import FUNCTION_LOGGER, LineFormatter
from infra.metrics.collection import Collection, Figures, listed, prometheus_name
from infra.metrics.lines import LogFollower, Values, read_line
from infra.metrics.server import MetricsServer
from infra.processes.ports import free_port
from infra.run.errors import MetricsPortInUse
from infra.run.metrics import serve_metrics
from infra.run.settings import RunSettings
from tests.fakes.gateways import FakeClock
from tests.infra.waiting import wait_until


def printed(line: str) -> str:
    """What the gateway's log says when a function prints the line."""
    record = logging.getLogger(FUNCTION_LOGGER).makeRecord(
        FUNCTION_LOGGER, logging.INFO, __file__, 1, "%s | %s", ("websocket_message", line), None
    )
    return LineFormatter(colour=False).format(record) + "\n"


def emf(**values: object) -> str:
    """Such a line of the log with these metrics."""
    definition = {"Metrics": [{"Name": name, "Unit": "Count"} for name in values]}
    return printed(json.dumps({"_aws": {"Timestamp": 1, "CloudWatchMetrics": [definition]}, **values}))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.log"
    path.write_text(emf(GoneConnections=[100]))
    return path


def append(log: Path, text: str) -> None:
    """Write at the log's end."""
    with log.open("a") as file:
        file.write(text)


def test_what_the_functions_write_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    written = StringIO()
    monkeypatch.setattr("sys.stdout", written)
    metrics = LoggedMetrics("Parley", FakeClock())
    metrics.record(SEND_TO_ACK, 4.5)
    metrics.record(SEND_TO_ACK, 6)
    metrics.record(THROTTLED_POSTS)
    metrics.write()
    assert list(read_line(printed(written.getvalue().rstrip("\n")).encode())) == [
        Values("SendToAck", (4.5, 6.0)),
        Values("ThrottledPosts", (1.0,)),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        '{"level":"INFO","message":"hello"}',
        '{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"SendToAck"}]}]}}',
        '{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"SendToAck"}]}]},"SendToAck":["x"]}',
        '{"_aws":{}}',
        '{"_aws":1}',
        '{"_aws":}',
    ],
)
def test_whatever_else_a_function_prints_is_no_metric(line: str) -> None:
    assert list(read_line(printed(line).encode())) == []


def test_a_log_is_read_on_from_its_end_and_through_being_emptied(log: Path) -> None:
    follower = LogFollower(log)
    assert list(follower.read()) == []
    append(log, emf(GoneConnections=[1, 2]) + "half a li")
    assert list(follower.read()) == [Values("GoneConnections", (1.0, 2.0))]
    append(log, "ne\n" + emf(FlushBatch=3))
    assert list(follower.read()) == [Values("FlushBatch", (3.0,))]
    log.write_text(emf(FlushBatch=4))
    assert list(follower.read()) == [Values("FlushBatch", (4.0,))]
    log.unlink()
    assert list(follower.read()) == []


def test_all_metrics_are_exposed_by_names_that_prometheus_likes() -> None:
    metrics = listed()
    assert [it.name for it in metrics] == [it.name for it in ALL]
    names = {it.name: prometheus_name(it) for it in metrics}
    assert names["SendToAck"] == "parley_send_to_ack_seconds"
    assert names["OldestPendingSeconds"] == "parley_oldest_pending_seconds"
    assert names["GoneConnections"] == "parley_gone_connections"
    assert len(set(names.values())) == len(metrics)


def test_values_become_counters_levels_and_histograms_in_base_units() -> None:
    collection = Collection(listed())
    for name, *values in (
        (SEND_TO_ACK.name, 20.0, 3_000.0),
        (GONE_CONNECTIONS.name, 1.0, 2.0),
        (ROOMS_BEHIND.name, 7.0, 5.0),
        ("nobody knows it", 1.0),
    ):
        collection.add(Values(name, tuple(values)))
    value = collection.registry.get_sample_value
    assert value("parley_send_to_ack_seconds_count") == 2
    assert value("parley_send_to_ack_seconds_sum") == pytest.approx(3.02)
    assert value("parley_send_to_ack_seconds_bucket", {"le": "0.025"}) == 1
    assert value("parley_gone_connections_total") == 3
    assert value("parley_rooms_behind") == 5
    figures = {metric.name: it for metric, it in collection.figures().items()}
    assert figures[SEND_TO_ACK.name] == Figures(2, 3_020.0, 3_000.0, 3_000.0, 3_000.0, 3_000.0)
    assert figures[FLUSH_BATCH.name] == Figures(0, 0.0, None, None, None, None)


@pytest.fixture
def server(log: Path) -> Iterator[MetricsServer]:
    running = MetricsServer(log, 0)
    running.start()
    yield running
    running.stop()


def ask(server: MetricsServer, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """Status and text of an answer."""
    connection = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]), timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_what_comes_into_the_log_is_on_the_page_and_in_the_text(server: MetricsServer, log: Path) -> None:
    append(log, emf(SendToAck=[12, 13.5], GoneConnections=[1]))
    wait_until(lambda: "parley_gone_connections_total 1.0" in ask(server, "/metrics")[1], 10)
    assert "parley_send_to_ack_seconds_count 2.0" in ask(server, "/metrics")[1]
    status, page = ask(server, "/")
    assert status == 200
    assert "<td>SendToAck</td><td>ms</td><td>2</td><td>25.5</td><td>13.5</td>" in page
    assert all(f"<td>{it.name}</td>" in page for it in ALL)


def test_only_this_machines_own_pages_may_read_them(server: MetricsServer) -> None:
    assert ask(server, "/", Host="parley.example:80")[0] == 421
    assert ask(server, "/", method="POST")[0] == 405
    assert ask(server, "/elsewhere")[0] == 404


def test_a_port_that_was_chosen_must_be_free_and_another_need_not(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MetricsPortInUse, match=f"^Port {port} is not free for the metrics: stop the program"):
            serve_metrics(RunSettings(free_port(), tmp_path, metrics_port=port))
        server = serve_metrics(RunSettings(port - 1, tmp_path))
    assert not server.url.endswith(f":{port}")
    server.stop()
    last = serve_metrics(RunSettings(65_535, tmp_path))
    assert int(last.url.rpartition(":")[2]) <= 65_535
    last.stop()
