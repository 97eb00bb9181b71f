from datetime import timedelta
from pathlib import Path

import pytest

from bot import settings as configuration
from helpdesk.error import InvalidInput


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in configuration.Settings.model_fields:
        monkeypatch.delenv(f"ISEC_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_a_desk_listens_on_this_machine_alone() -> None:
    found = configuration.read()
    assert (found.host, found.port, found.url, found.is_secure) == ("127.0.0.1", 8080, "http://127.0.0.1:8080", False)
    assert found.database == f"sqlite:///{configuration.ROOT / 'var' / 'isec.db'}"
    assert found.reopen_window == timedelta(hours=72)


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ISEC_PORT=9001\nISEC_LOG_LEVEL=debug\n", encoding="utf-8")
    monkeypatch.setenv("ISEC_PORT", "9002")
    found = configuration.read()
    assert (found.port, found.log_level) == (9002, "debug")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISEC_EMBED_ORIGINS", "https://a.vn, https://b.vn ,")
    monkeypatch.setenv("ISEC_TRUSTED_PROXIES", "10.0.0.1")
    found = configuration.read()
    assert (found.embed_origins, found.trusted_proxies) == (("https://a.vn", "https://b.vn"), ("10.0.0.1",))


def test_an_https_address_makes_cookies_secure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISEC_PUBLIC_URL", "https://hoidap.example.vn/")
    found = configuration.read()
    assert (found.url, found.is_secure) == ("https://hoidap.example.vn", True)


@pytest.mark.parametrize("name", ["ISEC_TELEGRAM_TOKEN", "ISEC_TELEGRAM_SECRET", "ISEC_DATABASE_URL"])
def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "hunter2-hunter2-hunter2")
    assert "hunter2" not in repr(configuration.read())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISEC_PORT", "many"),
        ("ISEC_MAX_FILE_MB", "51"),
        ("ISEC_BRAIN", "perhaps"),
        ("ISEC_EMBED_ORIGINS", "https://a.vn;b"),
        ("ISEC_TRUSTED_PROXIES", "10.0.0.1, proxy.example.vn"),
        ("ISEC_PUBLIC_URL", "hoidap.example.vn"),
        ("ISEC_PUBLIC_URL", "https://"),
        ("ISEC_PUBLIC_URL", "https://hoidap.example.vn:port"),
        ("ISEC_TELEGRAM_API_URL", "localhost:8081"),
        ("ISEC_ALERT_MINUTES", "0"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput, match=f"^{name}: [^\n]+$"):
        configuration.read()
