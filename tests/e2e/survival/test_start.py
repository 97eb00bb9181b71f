"""`isec up` when something is not as it must be: one line that says what to do, and exit status 1."""

import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import opened
from tests.e2e.survival.desk import Visitor
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Attempt:
    """How a command ended."""

    status: int
    out: str
    err: str


class Attempts:
    """Runs commands in forks of one process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.survival.attempt"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, folder: Path, *arguments: str, **environment: str) -> Attempt:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        wish = {
            "arguments": arguments,
            "environment": environment,
            "folder": str(folder),
            "output": str(folder / "said"),
        }
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return Attempt(status, (folder / "said.out").read_text(), (folder / "said.err").read_text())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def isec() -> Iterator[Attempts]:
    made = Attempts()
    yield made
    made.close()


def assert_one_line(attempt: Attempt, *words: str) -> None:
    assert attempt.status == 1, attempt
    assert attempt.out == "", attempt
    [line] = attempt.err.splitlines()
    assert line.startswith("isec: "), line
    assert [word for word in words if word not in line] == [], line


WRONG_SETTINGS: dict[str, dict[str, str]] = {
    "ISEC_PORT": {"ISEC_PORT": "abc"},
    "ISEC_PORT: Input should be less": {"ISEC_PORT": "99999"},
    "ISEC_LOG_LEVEL": {"ISEC_LOG_LEVEL": "loud"},
    "ISEC_MAX_FILE_MB": {"ISEC_MAX_FILE_MB": "0"},
    "ISEC_EMBED_ORIGINS": {"ISEC_EMBED_ORIGINS": "www.example.vn"},
    "https://": {"ISEC_TELEGRAM_TOKEN": "1:a", "ISEC_TELEGRAM_MODE": "webhook"},
    "ISEC_TELEGRAM_SECRET": {
        "ISEC_TELEGRAM_TOKEN": "1:a",
        "ISEC_TELEGRAM_MODE": "webhook",
        "ISEC_PUBLIC_URL": "https://a.vn",
        "ISEC_TELEGRAM_SECRET": "short",
    },
    "SQLite and PostgreSQL": {"ISEC_DATABASE_URL": "mysql://root@127.0.0.1/x"},
    "ISEC_DATABASE_URL": {"ISEC_DATABASE_URL": "certainly not"},
    "ISEC_DATA_DIR": {"ISEC_DATA_DIR": "/dev/null/data"},
    "check ISEC_DATABASE_URL": {"ISEC_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"},
    "ISEC_HOST": {"ISEC_HOST": "256.1.1.1"},
}


@pytest.mark.parametrize("named", WRONG_SETTINGS)
def test_a_wrong_setting_is_named_in_one_line(isec: Attempts, tmp_path: Path, named: str) -> None:
    environment = {"ISEC_DATA_DIR": str(tmp_path / "data"), "ISEC_BRAIN": "false", "ISEC_PORT": "0"}
    assert_one_line(isec(tmp_path, "up", **environment | WRONG_SETTINGS[named]), named)


def test_a_broken_env_file_is_named(isec: Attempts, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"ISEC_PORT=\xff\xfe\x00")
    assert_one_line(isec(tmp_path, "up"), ".env")


def test_secrets_in_a_wrong_database_address_are_not_told(isec: Attempts, tmp_path: Path) -> None:
    url = "postgresql://isec:hunter2@127.0.0.1:9/none"
    attempt = isec(tmp_path, "up", ISEC_DATABASE_URL=url, ISEC_DATA_DIR=str(tmp_path / "data"), ISEC_BRAIN="false")
    assert_one_line(attempt, "ISEC_DATABASE_URL")
    assert "hunter2" not in attempt.err


@dataclass
class Place:
    """A data directory for a desk without a brain."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data.mkdir()
        self.environment |= {"ISEC_DATA_DIR": str(self.data), "ISEC_BRAIN": "false", "ISEC_PORT": "0"}

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def database(self) -> Path:
        return self.data / "isec.db"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@contextmanager
def listener() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_port_in_use_is_named(isec: Attempts, place: Place) -> None:
    with listener() as port:
        attempt = isec(place.folder, "up", **place.environment | {"ISEC_PORT": str(port)})
    assert_one_line(attempt, str(port), "ISEC_PORT")


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 500)


def _folder(path: Path) -> None:
    path.mkdir()


def _newer(path: Path) -> None:
    opened(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


@pytest.mark.parametrize(
    ("spoil", "mend"),
    [(_garbage, "restore it from a backup"), (_folder, "ISEC_DATABASE_URL"), (_newer, "newer release")],
)
def test_an_unreadable_database_is_told_with_its_mend(
    isec: Attempts, place: Place, spoil: Callable[[Path], None], mend: str
) -> None:
    spoil(place.database)
    assert_one_line(isec(place.folder, "up", **place.environment), mend)


def test_a_second_desk_in_one_place_is_refused(isec: Attempts, place: Place) -> None:
    lock = os.open(place.data / "desk.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    attempt = isec(place.folder, "up", **place.environment)
    os.close(lock)
    assert_one_line(attempt, "another desk", "ISEC_DATA_DIR")


# -- what belongs to the installation: tried in a copy of it


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose articles, model and brain may be spoilt; its brain's interpreter is one that does nothing."""
    copy = tmp_path_factory.mktemp("copy")
    for package in ("actions", "bot", "helpdesk", "knowledge_base"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, copy / name)
    (copy / "nlu_data").mkdir()
    (copy / "models").mkdir()
    (copy / "brain/.venv/bin").mkdir(parents=True)
    (copy / "brain/.venv/bin/python").symlink_to("/bin/false")
    return copy


def start_copy(copy: Path, place: Place) -> Attempt:
    environment = os.environ | place.environment | {"ISEC_BRAIN": "true", "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "up"], cwd=copy, env=environment, capture_output=True, text=True, timeout=60
    )
    return Attempt(done.returncode, done.stdout, done.stderr)


@contextmanager
def spoilt(path: Path, content: bytes | None) -> Iterator[None]:
    """A file with other content for a moment; None = missing."""
    before = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    yield
    path.write_bytes(before)


@pytest.mark.parametrize("content", [b"id: cancel\ntitle: [unclosed\n", b"id: cancel\n", b"\xff\xfe\x00"])
def test_a_broken_article_is_named_with_file_and_mend(installation: Path, place: Place, content: bytes) -> None:
    article = sorted((installation / "knowledge_base/procedures").glob("*.yaml"))[0]
    with spoilt(article, content):
        assert_one_line(start_copy(installation, place), article.name)


def test_a_missing_python_3_10_is_told(installation: Path, place: Place) -> None:
    python = installation / "brain/.venv/bin/python"
    target = python.readlink()
    python.unlink()
    python.symlink_to("/nowhere/python3.10")
    attempt = start_copy(installation, place)
    python.unlink()
    python.symlink_to(target)
    assert_one_line(attempt, "3.10", "make setup")


def test_an_altered_model_is_refused_and_not_replaced_unseen(installation: Path, place: Place) -> None:
    models = installation / "models"
    (models / "isec-1.tar.gz").write_bytes(b"something else")
    entry = {
        "archive": "isec-1.tar.gz",
        "sha256": "0" * 64,
        "fingerprint": "0",
        "trained_at": "",
        "rasa": "",
        "seconds": 1,
    }
    (models / "manifest.json").write_text(json.dumps(entry))
    attempt = start_copy(installation, place)
    shutil.rmtree(models)
    models.mkdir()
    assert_one_line(attempt, "altered", "make train")


@contextmanager
def started_copy(copy: Path, place: Place, port: int) -> Iterator[Callable[[], str]]:
    """The copy running; yields what it has said so far."""
    environment = os.environ | place.environment
    environment |= {"ISEC_BRAIN": "true", "PYTHONPATH": str(copy), "ISEC_PORT": str(port)}
    said = place.folder / "said"
    with said.open("wb") as log:
        desk = subprocess.Popen([sys.executable, "-m", "bot.cli", "up"], cwd=copy, env=environment, stderr=log)
        try:
            yield said.read_text
        finally:
            desk.terminate()
            assert desk.wait(20) == 0


async def brain_part(port: int) -> str:
    """What /readyz says about the brain; empty while nobody listens."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as response:
            return str((await response.json())["parts"]["brain"])
    except aiohttp.ClientError:
        return ""


async def test_a_model_that_cannot_be_trained_leaves_the_desk_up_and_is_told(
    installation: Path, place: Place, unused_tcp_port: int
) -> None:
    with started_copy(installation, place, unused_tcp_port) as said:

        async def is_told() -> bool:
            return "training failed" in await brain_part(unused_tcp_port)

        await eventually(is_told, 30)
        assert "train again" in await brain_part(unused_tcp_port)
        assert "model.training_failed" in said()


async def test_the_desk_listens_while_the_first_model_is_trained(
    installation: Path, place: Place, unused_tcp_port: int
) -> None:
    python = installation / "brain/.venv/bin/python"
    python.unlink()
    python.write_text("#!/bin/sh\necho \"Starting to train component 'IntentRanker'.\"\nexec sleep 15\n")
    python.chmod(0o755)
    with started_copy(installation, place, unused_tcp_port):

        async def is_training() -> bool:
            return await brain_part(unused_tcp_port) == "training: learning IntentRanker"

        await eventually(is_training, 30)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{unused_tcp_port}") as session:
            visitor = Visitor(session, "khách")
            await visitor.open()
            await visitor.write("Hủy tờ khai hải quan")

            async def is_answered() -> bool:
                return any("rút gọn" in message["text"] for message in await visitor.read())

            await eventually(is_answered, 20)
    python.unlink()
    python.symlink_to("/bin/false")


def test_the_finder_of_python_3_10_falls_back_on_one_that_uv_fetches(tmp_path: Path) -> None:
    (tmp_path / "python3.10").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3.10").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/bin:/usr/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "brain/find-python")], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "3.10\n"
