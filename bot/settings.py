"""Every setting of Seen, read once from the environment (and ``.env``), checked, and named in one place.

Secrets may come as ``NAME_FILE``, the path of a file that holds them. A value that cannot be used stops the start with
``BadSettings``: one sentence for each setting, saying what is wrong and how it should look. ``.env.example`` explains
each setting in a line.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import references
from bot.office import Office, parse_holidays, parse_hours


class BadSettings(Exception):  # noqa: N818 - its name says what they are
    """The configuration cannot be used; the text says which setting and how to mend it, one line each."""


def _list(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _servers(value: object) -> object:
    """``token`` or ``name=token,name=token``; a single token's server is called "postmark"."""
    if not isinstance(value, str):
        return value
    servers: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in value.split(","))):
        name, separator, token = part.partition("=")
        name, token = (name.strip(), token.strip()) if separator else ("postmark", name.strip())
        if not name or not token:
            raise ValueError("should be one token, or name=token,name=token for several servers")
        if name in servers:
            raise ValueError("names one server twice; give each its own name: name=token,name=token")
        servers[name] = _token(token)
    return servers


def _token(value: str) -> str:
    token = value.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("holds a space or a sign that no token has; copy it again from Postmark")
    return token


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("should be a time zone's name, such as Europe/Berlin or America/Chicago") from error


Block = ipaddress.IPv4Network | ipaddress.IPv6Network
_WIDEST = {4: 8, 6: 16}


def _networks(value: object) -> object:
    """``203.0.113.0/24,198.51.100.7``: networks and single addresses."""
    return tuple(map(_network, _list(value))) if isinstance(value, str) else value  # type: ignore[call-overload]


def _network(text: str) -> Block:
    try:
        block = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"should list networks like 203.0.113.0/24 or single addresses; {text} is neither") from None
    if block.prefixlen < _WIDEST[block.version]:
        raise ValueError(f"{text} is half the world; name your office's own addresses, such as 203.0.113.0/24")
    return block


def _pattern(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return re.compile(value)
    except re.error as error:
        raise ValueError(f"should be a regular expression: {error}") from error


def _http_url(value: str) -> str:
    if not re.match(r"https?://[^\s/]+", value):
        raise ValueError("should be a URL that starts with https:// (or http://)")
    return value.rstrip("/")


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_list)]
Url = Annotated[str, AfterValidator(_http_url)]


class Settings(BaseSettings):
    """What the environment says. Secrets show as stars wherever this is printed."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr = SecretStr("sqlite:///seen.db")

    postmark_server_token: Annotated[dict[str, SecretStr], NoDecode, BeforeValidator(_servers)] = Field(
        default_factory=dict
    )
    postmark_account_token: SecretStr | None = None
    postmark_api_url: Url = "https://api.postmarkapp.com"
    postmark_webhook_user: Names = ()
    postmark_webhook_password: Secrets = ()
    tracking_token: Secrets = ()
    public_url: Url | None = None

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: Secrets = ()
    slack_api_url: Url = "https://slack.com/api"

    reference_metadata_keys: Names = ("job_id", "job", "quote_id", "invoice_id")
    reference_pattern: Annotated[re.Pattern[str], NoDecode, BeforeValidator(_pattern)] = references.DEFAULT_PATTERN

    company_name: str | None = None
    timezone: Annotated[ZoneInfo, NoDecode, BeforeValidator(_zone)] = ZoneInfo("UTC")
    business_hours: str = "Mon-Fri 08:00-18:00"
    holidays: str | None = None
    own_networks: Annotated[tuple[Block, ...], NoDecode, BeforeValidator(_networks)] = ()

    alert_channel: str | None = None
    important_tags: Names = ()
    alert_fallback: str | None = None
    alerts_at_once: Annotated[int, Field(ge=1, le=50)] = 5
    alert_after: Annotated[timedelta, NoDecode] = timedelta(hours=24)
    digest: bool = True
    seen_allowed_channels: Names = ()
    seen_allowed_users: Names = ()
    seen_unblock_users: Names = ()
    seen_rule_users: Names = ()
    seen_allow_guests: bool = False
    seen_allow_shared_channels: bool = False

    answer_budget: Annotated[float, Field(gt=0, le=60)] = 2.5
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("postmark_account_token", mode="before")
    @classmethod
    def _account_token(cls, value: object) -> object:
        return _token(value) if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("business_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        parse_hours(value)
        return value

    @field_validator("holidays")
    @classmethod
    def _holidays(cls, value: str | None) -> str | None:
        parse_holidays(value)
        return value

    @field_validator("alert_after", mode="before")
    @classmethod
    def _business_time(cls, value: object, info: ValidationInfo) -> object:
        """Business days are as long as the office's, so what is said of it comes first."""
        if not isinstance(value, str):
            return value
        from bot.rules.parsing import duration  # noqa: PLC0415 - most commands start without it

        hours = parse_hours(str(info.data.get("business_hours") or "Mon-Fri 08:00-18:00"))
        try:
            return duration(value, Office(timezone=ZoneInfo("UTC"), hours=hours))
        except ValueError as error:
            raise ValueError(str(error).removesuffix(".")) from None

    @model_validator(mode="after")
    def _webhook_credentials_together(self) -> Self:
        if bool(self.postmark_webhook_user) != bool(self.postmark_webhook_password):
            raise ValueError("POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD belong together: set both or neither")
        return self

    @property
    def office(self) -> Office:
        """When somebody is in: hours, holidays and time zone together."""
        return Office(
            timezone=self.timezone, hours=parse_hours(self.business_hours), holidays=parse_holidays(self.holidays)
        )

    @property
    def servers(self) -> dict[str, str]:
        """The Postmark servers by our name for them, with their tokens in clear text."""
        return {name: token.get_secret_value() for name, token in self.postmark_server_token.items()}


def strays() -> tuple[str, ...]:
    """Variables of the environment that Slack's libraries look for and Seen doesn't."""
    return tuple(name for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET") if os.environ.get(name))


def load() -> Settings:
    """The settings of this process. Raises ``BadSettings``."""
    try:
        return Settings(**_from_files(os.environ))  # type: ignore[arg-type]  # texts, which its validators turn into types
    except ValidationError as error:
        raise BadSettings("\n".join(_sentence(fault) for fault in error.errors(include_url=False))) from None


def _from_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The values of ``NAME_FILE`` settings, read from their files."""
    values: dict[str, str] = {}
    for field in Settings.model_fields:
        name = field.upper()
        path = environment.get(f"{name}_FILE")
        if not path:
            continue
        if environment.get(name):
            raise BadSettings(f"{name} and {name}_FILE are both set: keep one of them.")
        try:
            values[field] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadSettings(
                f"{name}_FILE: {path} cannot be read ({type(error).__name__}); correct the path."
            ) from None
    return values


def _sentence(fault: Mapping[str, object]) -> str:
    where = fault["loc"]
    name = str(where[0]).upper() if isinstance(where, tuple) and where else ""
    what = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {what}." if name else f"{what}."
