import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import cli, explain_endpoint
from bot.settings import Settings
from helpdesk.console.port import PlainExplainer

ROOT = Path(cli.__file__).parents[1]


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISEC_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def test_every_setting_is_listed_with_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["settings"]) == cli.DONE
    shown = capsys.readouterr().out
    told = [(name, field.description) for name, field in Settings.model_fields.items()]
    assert [name for name, meaning in told if f"ISEC_{name.upper()}" not in shown or str(meaning) not in shown] == []


def test_the_articles_of_the_house_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["kb", "check"]) == cli.DONE
    assert "0 problems" in capsys.readouterr().out


def test_articles_go_in_once_and_come_out_again(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert [cli.main(["kb", "import"]), cli.main(["kb", "import"])] == [cli.DONE, cli.DONE]
    first, second = capsys.readouterr().out.splitlines()
    assert (first != "0 new drafts", second) == (True, "0 new drafts")
    assert cli.main(["kb", "export", str(place / "out")]) == cli.DONE
    assert f"{len(list((place / 'out').glob('*.yaml')))} new drafts" == first


def test_the_first_administrator_gets_a_link_that_works_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["invite"]) == cli.DONE
    assert "/console/setup?token=" in capsys.readouterr().out


def test_the_schema_can_be_brought_up_to_date_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert [cli.main(["migrate"]), cli.main(["migrate"])] == [cli.DONE, cli.DONE]
    assert capsys.readouterr().out.count("up to date") == 2


def test_trouble_is_one_line_and_status_1(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISEC_PORT", "x")
    assert cli.main(["migrate"]) == cli.REFUSED
    told = capsys.readouterr()
    assert (told.out, told.err.startswith("isec: ISEC_PORT"), told.err.count("\n")) == ("", True, 1)


@pytest.mark.parametrize("arguments", [["settings"], ["kb", "check"]], ids=" ".join)
def test_a_reader_that_has_seen_enough_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "bot.cli", *arguments]
    ended = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (cli.UNREAD, b"")


def test_asking_needs_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask"]) == cli.REFUSED
    assert "--jsonl" in capsys.readouterr().err


def test_a_command_is_needed_and_help_names_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert [name for name in ("up", "ask", "train", "kb", "migrate", "invite", "settings") if name not in shown] == []


def test_explaining_needs_the_service(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISEC_PORT", "9")
    assert cli.main(["explain", "huỷ tờ khai", "--after", "cancel", "--json"]) == cli.REFUSED
    assert capsys.readouterr().err == "isec: nothing answers at http://127.0.0.1:9; start it with make run\n"


def test_a_message_is_explained_as_text_and_as_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    with Service(place / "data") as port:
        monkeypatch.setenv("ISEC_PORT", str(port))
        assert cli.main(["explain", "huỷ tờ khai", "--language", "zh"]) == cli.DONE
        assert "Message           huỷ tờ khai\nLanguage          zh" in capsys.readouterr().out
        assert cli.main(["explain", "huỷ tờ khai", "--after", "cancel", "--json"]) == cli.DONE
        said = json.loads(capsys.readouterr().out)
        assert (said["text"], said["after"], said["reply"]["outcome"]) == ("huỷ tờ khai", "cancel", "handoff")


class Service:
    """What `isec explain` talks to, in a thread of its own, with a local key in `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "local.key").write_text("key", encoding="ascii")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> int:
        self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result()

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> int:
        app = web.Application()
        explain_endpoint.install(app, PlainExplainer(), "key")
        self._server = TestServer(app)
        await self._server.start_server()
        return self._server.port or 0


def test_what_held_on_a_day_is_asked_of_the_database_alone(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["kb", "import"])
    capsys.readouterr()
    for day in ("2026-11-22", "2014-01-01"):
        assert cli.main(["ask", "--as-of", day, "hàng luồng đỏ kiểm hoá ở đâu"]) == cli.DONE
    now, then = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (now["as_of"], now["article_id"], now["article_version"]) == ("2026-11-22", "channel-red", 1)
    assert (then["as_of"], then["article_id"], then["outcome"]) == ("2014-01-01", None, "handoff")
