"""The docs say what there is, and there is what the docs say."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer.main

from bot.cli import commands
from bot.evidence import lay_out
from bot.office import parse_hours
from bot.replies.document import to_json
from bot.replies.notes import Note
from bot.sandbox import Sandbox
from bot.sandbox.faults import POSTMARKS
from bot.sandbox.outbox import Mischief
from bot.sandbox.state import Quirks
from bot.settings import Settings
from store.records import DeliveryState, Finding, PostmarkState, Reason, SubjectKind
from tests.replies.situations import SITUATIONS, answer, wrong_person_opened

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
    named = set(re.findall(r"(?:^|bin/|[`\s])seen ([a-z]+)\b", typed))
    assert named <= COMMANDS


def test_every_command_is_documented() -> None:
    """Every command that can be typed is in the README."""
    assert {command for command in COMMANDS if f"seen {command}" in TEXTS["README.md"]} == COMMANDS


def _parameters(command: Any) -> Iterator[Any]:
    """The parameters of a command and of the commands below it."""
    yield from command.params
    for below in getattr(command, "commands", {}).values():
        yield from _parameters(below)


def test_every_option_named_exists(text: str) -> None:
    """An option in a `seen` command of the docs is one that the command takes."""
    options = {option for parameter in _parameters(typer.main.get_command(commands)) for option in parameter.opts}
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
    posts = ("POST /webhooks/postmark", "POST /tracking", "POST /slack/events")
    for path in (*posts, "GET /healthz", "GET /readyz", "GET /metrics"):
        assert f"`{path}`" in TEXTS["README.md"]


def _named(page: str) -> set[str]:
    """Every word that a page sets in code."""
    return {word for code in re.findall(r"`([^`\n]+)`", TEXTS[page]) for word in (code, *re.findall(r"\w+", code))}


def _keys(value: object) -> set[str]:
    """Every key of a JSON value, at whatever depth."""
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_every_key_of_an_answer_is_documented() -> None:
    """docs/replies.md names every key that the JSON of an answer can have."""
    answers = [wrong_person_opened(), answer(*SITUATIONS.values(), notes=(Reason(Note.TOO_NEW),))]
    assert set().union(*(_keys(to_json(each, lay_out=lay_out)) for each in answers)) <= _named("docs/replies.md")


def test_every_word_of_an_answer_is_documented() -> None:
    """docs/replies.md names every verdict, state, note and next step that an answer can give."""
    words = {*Finding, *DeliveryState, *PostmarkState, *SubjectKind, *Note}
    assert {*words, *(entry.next_step.code for entry in SITUATIONS.values())} <= _named("docs/replies.md")


@pytest.mark.parametrize("example", re.findall(r"^\| `(\w{3}[-, ][^`]*\d)` \|", TEXTS["docs/replies.md"], re.MULTILINE))
def test_the_examples_of_hours_can_be_set(example: str) -> None:
    """The examples of BUSINESS_HOURS in the docs are understood."""
    assert any(parse_hours(example).days)


def test_the_stand_ins_verbs_faults_and_quirks_are_documented() -> None:
    """docs/sandbox.md names every verb, fault, quirk and kind of mischief, and no fault that isn't there."""
    verbs = {name for name, what in inspect.getmembers(Sandbox, inspect.isfunction) if not name.startswith("_")}
    settings = {field.name for kind in (Quirks, Mischief) for field in fields(kind)}
    named = _named("docs/sandbox.md")
    assert (verbs - {"server", "find"}) | settings | set(POSTMARKS) <= named
    table = TEXTS["docs/sandbox.md"].partition("## Faults")[2].partition("## ")[0]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(POSTMARKS)


def test_every_link_leads_somewhere(text: str) -> None:
    """A link within the repository points to a file that is there."""
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith("http"):
            assert any((folder / target).exists() for folder in (ROOT, ROOT / "docs")), target
