"""Settings from `ISEC_*` environment variables and `.env`: read once, typed, a wrong one named in one line."""

from datetime import time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from helpdesk.error import InvalidInput

ROOT = Path(__file__).resolve().parent.parent
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseSettings):
    """How this installation runs; every field is an environment variable with the prefix ISEC_."""

    model_config = SettingsConfigDict(
        env_prefix="ISEC_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    host: Annotated[str, Field(description="Address the public server listens on.")] = "127.0.0.1"
    port: Annotated[Port, Field(description="Port of the public server (chat, console, API).")] = 8080
    public_url: Annotated[
        str,
        Field(
            description="Address people reach the desk at, e.g. https://hoidap.example.vn; empty = http://host:port."
        ),
    ] = ""
    data_dir: Annotated[Path, Field(description="Where the database, files, logs and secrets of this desk lie.")] = (
        ROOT / "var"
    )
    model_dir: Annotated[Path, Field(description="Where trained models and their manifests lie.")] = ROOT / "models"
    database_url: Annotated[
        SecretStr,
        Field(description="sqlite:///file or postgresql://user:password@host/name; empty = SQLite in data_dir."),
    ] = SecretStr("")
    serve_drafts: Annotated[
        bool, Field(description="Whether draft articles may answer, marked as drafts, until an administrator decides.")
    ] = True
    embed_origins: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="Web origins that may embed the chat widget, separated by commas."),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas."),
    ] = ()
    telegram_token: Annotated[SecretStr, Field(description="Bot token from @BotFather; empty = no Telegram.")] = (
        SecretStr("")
    )
    telegram_mode: Annotated[
        Literal["polling", "webhook"], Field(description="How Telegram updates arrive; webhook needs public_url.")
    ] = "polling"
    telegram_secret: Annotated[
        SecretStr, Field(description="Secret that Telegram repeats with each webhook; at least 16 of A-Z a-z 0-9 _ -.")
    ] = SecretStr("")
    telegram_api_url: Annotated[str, Field(description="Bot API server, e.g. a local one.")] = (
        "https://api.telegram.org"
    )
    action_port: Annotated[Port, Field(description="Loopback port of the action endpoint; 0 = any free one.")] = 0
    brain_port: Annotated[Port, Field(description="Loopback port of the Rasa process; 0 = any free one.")] = 0
    brain: Annotated[bool, Field(description="Whether the desk starts Rasa; off = reduced service only.")] = True
    learn_at: Annotated[
        time | None, Field(description="Time of day (Vietnam) at which a model is trained, e.g. 02:30; empty = never.")
    ] = None
    keep_models: Annotated[
        int, Field(ge=1, le=100, description="Models kept beside the serving one and the one to go back to.")
    ] = 5
    gate_noise: Annotated[
        float, Field(gt=0, lt=0.5, description="Chance below which a language that got worse is no coincidence.")
    ] = 0.05
    gate_golden: Annotated[
        float, Field(ge=0, le=1, description="Least share of the golden questions that a candidate has to serve.")
    ] = 1.0
    gate_latency: Annotated[
        float, Field(ge=1, description="Most that a candidate may need of the serving model's time, as a ratio.")
    ] = 1.5
    gate_memory: Annotated[
        float, Field(ge=1, description="Most that a candidate may need of the serving model's memory, as a ratio.")
    ] = 1.3
    keep_warm_minutes: Annotated[
        int, Field(ge=0, le=1440, description="Minutes a replaced model stays loaded, so that going back is instant.")
    ] = 10
    max_file_mb: Annotated[int, Field(ge=1, le=50, description="Largest file a business may send, in MiB.")] = 20
    reopen_hours: Annotated[
        int, Field(ge=0, le=720, description="Hours after resolution in which a hand-off continues the same ticket.")
    ] = 72
    alert_minutes: Annotated[int, Field(ge=1, description="Minutes until an unclaimed ticket is alerted.")] = 10
    silent_minutes: Annotated[
        int,
        Field(ge=1, description="Minutes a contact may wait for an assigned officer before the ticket is taken back."),
    ] = 30
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least level that is logged.")
    ] = "info"

    @field_validator("learn_at", mode="before")
    @classmethod
    def _hour(cls, value: object) -> object:
        return value or None

    @field_validator("embed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("embed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, _, host = origin.partition("://")
            if scheme not in ("http", "https") or not host or set(host) & set("/;, '\""):
                raise ValueError(f"{origin!r} is no web origin such as https://www.example.vn")
        return value

    @field_validator("public_url", "telegram_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            is_address = False
        if value and not is_address:
            raise ValueError(f"{value!r} is no address such as https://hoidap.example.vn")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in value:
            try:
                ip_address(proxy)
            except ValueError:
                raise ValueError(f"{proxy!r} is no IP address such as 10.0.0.1") from None
        return value

    @model_validator(mode="after")
    def _telegram(self) -> "Settings":
        if self.telegram_token.get_secret_value() and self.telegram_mode == "webhook":
            if not self.public_url.startswith("https://"):
                raise ValueError("ISEC_TELEGRAM_MODE=webhook needs ISEC_PUBLIC_URL to begin with https://")
            secret = self.telegram_secret.get_secret_value()
            if len(secret) < 16 or not secret.replace("_", "").replace("-", "").isalnum() or not secret.isascii():
                raise ValueError(
                    "ISEC_TELEGRAM_MODE=webhook needs ISEC_TELEGRAM_SECRET of at least 16 letters or digits"
                )
        return self

    @property
    def url(self) -> str:
        """The address to tell people."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def is_secure(self) -> bool:
        """True when people reach the desk by https, so that cookies may insist on it."""
        return self.url.startswith("https://")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'isec.db'}"

    @property
    def reopen_window(self) -> timedelta:
        """How long a resolved ticket may be reopened."""
        return timedelta(hours=self.reopen_hours)


def read() -> Settings:
    """Read the settings; raises InvalidInput naming the variable that is wrong and why."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ISEC_" + str(first["loc"][0]).upper() if first["loc"] else "settings"
        message = first["msg"].removeprefix("Value error, ")
        raise InvalidInput(f"{name}: {message}" if name != "settings" else message) from None
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("the file .env cannot be read; write it as UTF-8 text, one NAME=value a line") from None


def listing() -> list[tuple[str, str, str]]:
    """Every setting as people write it: variable, default ("" = empty, paths from the project's root) and meaning."""
    return [
        (f"ISEC_{name.upper()}", _written(field.default), str(field.description))
        for name, field in Settings.model_fields.items()
    ]


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case SecretStr():
            return value.get_secret_value()
        case tuple():
            return ",".join(value)
        case Path():
            return str(value.relative_to(ROOT))
        case _:
            return str(value)
