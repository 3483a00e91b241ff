"""What the environment may say, and what is said when it can't be used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import BadSettings, Settings, load

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine, and no .env, reaches these tests."""
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
        monkeypatch.delenv(f"{field.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set() -> None:
    """Seen starts without any setting, on an SQLite file in the current folder."""
    settings = load()
    assert settings.database_url.get_secret_value() == "sqlite:///seen.db"
    assert settings.servers == {}
    assert settings.office.timezone.key == "UTC"


@pytest.mark.parametrize(
    ("value", "servers"),
    [
        ("abc", {"postmark": "abc"}),
        ("office=abc", {"office": "abc"}),
        (" office = abc , shop=d=ef ", {"office": "abc", "shop": "d=ef"}),
    ],
)
def test_one_or_several_servers(monkeypatch: pytest.MonkeyPatch, value: str, servers: dict[str, str]) -> None:
    """POSTMARK_SERVER_TOKEN takes one token, or name=token pairs with commas."""
    monkeypatch.setenv("POSTMARK_SERVER_TOKEN", value)
    assert load().servers == servers


def test_lists_and_durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are separated by commas, durations carry m, h or d, and log levels may be written small."""
    monkeypatch.setenv("POSTMARK_WEBHOOK_USER", "old, new")
    monkeypatch.setenv("POSTMARK_WEBHOOK_PASSWORD", "one,two")
    monkeypatch.setenv("ALERT_AFTER", "90m")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    settings = load()
    assert settings.postmark_webhook_user == ("old", "new")
    assert [word.get_secret_value() for word in settings.postmark_webhook_password] == ["one", "two"]
    assert settings.alert_after == timedelta(minutes=90)
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize(
    ("hours", "typed", "waits"),
    [("Mon-Fri 08:00-18:00", "2 business days", 20), ("Mon-Fri 09:00-13:00", "3d", 12), ("whenever", "24h", None)],
)
def test_a_business_day_is_a_day_of_the_office(
    monkeypatch: pytest.MonkeyPatch, hours: str, typed: str, waits: int | None
) -> None:
    """ALERT_AFTER may be said in business days, each as long as BUSINESS_HOURS keep the office open."""
    monkeypatch.setenv("BUSINESS_HOURS", hours)
    monkeypatch.setenv("ALERT_AFTER", typed)
    if waits is None:
        with pytest.raises(BadSettings, match=r"^BUSINESS_HOURS: [^\n]*$"):
            load()
    else:
        assert load().alert_after == timedelta(hours=waits)


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NAME_FILE names a file that holds the secret, as container platforms mount it."""
    (tmp_path / "token").write_text("from-file\n")
    monkeypatch.setenv("POSTMARK_SERVER_TOKEN_FILE", str(tmp_path / "token"))
    assert load().servers == {"postmark": "from-file"}


def test_settings_come_from_a_dotenv_file(tmp_path: Path) -> None:
    """A .env file in the current folder is read, and what is empty in it keeps its default."""
    (tmp_path / ".env").write_text("TIMEZONE=Europe/Berlin\nPOSTMARK_SERVER_TOKEN=\n")
    settings = load()
    assert settings.timezone.key == "Europe/Berlin"
    assert settings.servers == {}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TIMEZONE", "Berlin", "Europe/Berlin"),
        ("BUSINESS_HOURS", "whenever", "Mon-Fri"),
        ("HOLIDAYS", "Atlantis", "HOLIDAYS"),
        ("OWN_NETWORKS", "203.0.113.0/24,my office", "my office is neither"),
        ("OWN_NETWORKS", "203.0.113.0/40", "neither"),
        ("OWN_NETWORKS", "0.0.0.0/0", "half the world"),
        ("REFERENCE_PATTERN", "(", "regular expression"),
        ("POSTMARK_API_URL", "api.postmarkapp.com", "https://"),
        ("POSTMARK_SERVER_TOKEN", "a=1,a=2", "twice"),
        ("POSTMARK_SERVER_TOKEN", "office=two words", "copy it again"),
        ("POSTMARK_ACCOUNT_TOKEN", "tökén", "copy it again"),
        ("POSTMARK_WEBHOOK_USER", "seen", "POSTMARK_WEBHOOK_PASSWORD"),
        ("ALERT_AFTER", "soon", "24h"),
        ("ALERT_AFTER", "2000h", "321h 25m at most"),
        ("ANSWER_BUDGET", "-1", "ANSWER_BUDGET"),
        ("LOG_LEVEL", "chatty", "LOG_LEVEL"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT"),
        ("DATABASE_URL_FILE", "/no/such/file", "cannot be read"),
    ],
)
def test_an_unusable_value_is_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    """A value that can't be used stops the start with a sentence that names the setting and how it should look."""
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as error:
        load()
    assert told in str(error.value)
    assert name.removesuffix("_FILE") in str(error.value)
    assert "\n" not in str(error.value)


def test_every_fault_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two unusable settings are two sentences, so that they can be mended in one go."""
    monkeypatch.setenv("TIMEZONE", "Berlin")
    monkeypatch.setenv("ALERT_AFTER", "soon")
    with pytest.raises(BadSettings) as error:
        load()
    assert len(str(error.value).splitlines()) == 2


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings shows no token and no password, and neither does the sentence about a bad one."""
    secrets = {
        "POSTMARK_SERVER_TOKEN": "hush-server",
        "POSTMARK_ACCOUNT_TOKEN": "hush-account",
        "POSTMARK_WEBHOOK_USER": "seen",
        "POSTMARK_WEBHOOK_PASSWORD": "hush-password",
        "TRACKING_TOKEN": "hush-tracking",
        "SLACK_BOT_TOKEN": "hush-slack",
        "DATABASE_URL": "postgresql://seen:hush-database@127.0.0.1/seen",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    assert "hush" not in repr(load())
    monkeypatch.setenv("POSTMARK_SERVER_TOKEN", "=hush-server")
    with pytest.raises(BadSettings) as error:
        load()
    assert "hush" not in str(error.value)


def test_the_example_file_names_every_setting_and_no_other() -> None:
    """.env.example lists each setting once, with a line of explanation above it, and its defaults are the real ones."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted(field.upper() for field in Settings.model_fields)
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            assert lines[number - 1].startswith("# ")


def test_the_example_file_can_be_used_as_it_is(tmp_path: Path) -> None:
    """Copying .env.example to .env changes nothing: what it fills in are the defaults."""
    defaults = load()
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    assert load() == defaults
