"""A PostgreSQL server of the tests' own: started once a session on loopback, thrown away after."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, None when PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Server:
    """A server that can be stopped and started again, always on the same port.

    Attributes:
        url: without a database name, e.g. postgresql://postgres@127.0.0.1:40123.
    """

    def __init__(self) -> None:
        folder = programs()
        if folder is None:
            raise RuntimeError("PostgreSQL is not installed; run sh tests/prepare")
        self._home = Path(tempfile.mkdtemp(prefix="isec-postgresql-"))
        # PostgreSQL refuses to run as root; Debian's package brings the user postgres
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if as_user:
            shutil.chown(self._home, "postgres")
        port, data = _free_port(), self._home / "data"
        self.url = f"postgresql://postgres@127.0.0.1:{port}"
        self._options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=60"
        )
        self._control = [*as_user, str(folder / "pg_ctl"), "-D", str(data), "-w"]
        _quietly(*as_user, str(folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust")

    def start(self) -> None:
        """Returns when it answers."""
        _quietly(*self._control, "-o", self._options, "-l", str(self._home / "log"), "start")

    def stop(self) -> None:
        """At once, whatever it is doing; returns when it is gone."""
        _quietly(*self._control, "-m", "immediate", "stop")

    def remove(self) -> None:
        """Throw its data away."""
        shutil.rmtree(self._home, ignore_errors=True)


def _quietly(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def server() -> Iterator[Server]:
    """A running server, gone afterwards."""
    made = Server()
    made.start()
    try:
        yield made
    finally:
        made.stop()
        made.remove()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
