"""How the brain's interpreter is called: paths, arguments and environment of its processes."""

import os
import socket
from pathlib import Path

from bot.brain import TOKEN_VARIABLE

INTERPRETER = Path("brain/.venv/bin/python")
LOOPBACK = "127.0.0.1"


def quiet_environment() -> dict[str, str]:
    """Our environment for a Rasa process: no telemetry, no warnings of its old packages, one computing thread."""
    return os.environ | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def brain_environment(token: str) -> dict[str, str]:
    """The environment of the serving process, which accepts requests that carry `token`."""
    return quiet_environment() | {TOKEN_VARIABLE: token}


def brain_command(root: Path, port: int, archive: Path, action_url: str) -> tuple[str, ...]:
    """Serve `archive` on loopback; the process leaves when its standard input closes."""
    return (
        *(str(root / INTERPRETER), "-m", "bot.nlu.launch", "--watch-stdin"),
        *("--port", str(port), "--model", str(archive), "--action-url", action_url),
    )


def is_port_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def this_process() -> str:
    """A name for this process that no other has, on this machine and elsewhere: host, id, and when it began."""
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{_began(os.getpid())}"


def is_gone(process: str) -> bool:
    """Whether a process of this machine, named by `this_process`, has ended; nothing is known of other machines'."""
    host, _, rest = process.partition("/")
    pid, _, began = rest.partition("/")
    return host == socket.gethostname()[:60] and pid.isdigit() and _began(int(pid)) != began


def _began(pid: int) -> str:
    """Clock ticks from the machine's start to the process's; empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19].decode("ascii")
    except (OSError, IndexError):
        return ""
