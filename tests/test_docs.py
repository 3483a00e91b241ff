"""The docs say what there is, and there is what the docs say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from bot.cli import commands
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "CHANGELOG.md"]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}

COMMANDS = set(typer.main.get_command(commands).commands)  # type: ignore[attr-defined]  # a group has commands
SETTINGS = {field.upper() for field in Settings.model_fields}


@pytest.fixture(params=TEXTS)
def text(request: pytest.FixtureRequest) -> str:
    """Each page in turn."""
    return TEXTS[request.param]


def test_every_command_named_exists(text: str) -> None:
    """A `seen …` command in the docs is one that can be typed."""
    typed = "\n".join(re.findall(r"`[^`\n]+`|^[^`\n]*bin/seen.*$", text, re.MULTILINE))
    named = set(re.findall(r"(?:^|[`/\s])seen ([a-z]+)\b", typed))
    assert named <= COMMANDS


def test_every_command_is_documented() -> None:
    """Every command that can be typed is in the README."""
    assert {command for command in COMMANDS if f"seen {command}" in TEXTS["README.md"]} == COMMANDS


def test_every_option_named_exists(text: str) -> None:
    """An option in a `seen` command of the docs is one that the command takes."""
    options = {
        option
        for command in typer.main.get_command(commands).commands.values()  # type: ignore[attr-defined]  # as above
        for parameter in command.params
        for option in parameter.opts
    }
    for line in re.findall(r"`(?:seen )[^`\n]+`|^\S*bin/seen [^#\n]+", text, re.MULTILINE):
        assert set(re.findall(r"(?<=\s)--[a-z-]+", line)) <= options


def test_every_setting_named_exists(text: str) -> None:
    """A setting in the docs is one that is read."""
    families = ("POSTMARK", "TRACKING", "SLACK", "DATABASE", "REFERENCE", "ALERT", "SEEN", "LOG")
    named = {word for word in re.findall(r"`([A-Z][A-Z_]+[A-Z])(?:=[^`]*)?`", text) if word.startswith(families)}
    assert {word.removesuffix("_FILE") for word in named} <= SETTINGS


def test_every_make_target_named_exists(text: str) -> None:
    """A `make …` in the docs is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets


def test_every_endpoint_is_documented() -> None:
    """The README names every path that the server answers."""
    for path in ("POST /webhooks/postmark", "POST /tracking", "GET /healthz", "GET /readyz", "GET /metrics"):
        assert f"`{path}`" in TEXTS["README.md"]


def test_every_link_leads_somewhere(text: str) -> None:
    """A link within the repository points to a file that is there."""
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith("http"):
            assert any((folder / target).exists() for folder in (ROOT, ROOT / "docs")), target
