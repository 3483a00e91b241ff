"""What Slack is told of this app: valid by Slack's own schema, up to date, and asking for what the code uses alone."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk import WebClient
from typer.testing import CliRunner

from bot.cli import commands
from bot.shell import Stop
from bot.slack import manifest
from bot.slack.scopes import NEEDED, OPTIONAL
from handlers.slack import home, leaving
from handlers.slack.door import PATH

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "schema" / "manifest.schema.2.0.0.json").read_text(encoding="utf-8"))
BOTH = {"socket": manifest.manifest(), "http": manifest.manifest("https://seen.alder.example/")}

# Tokens of bots, that is: what opens a socket takes the app's own token.
METHODS: dict[str, tuple[set[str], set[str]]] = {
    "apps_connections_open": (set(), set()),
    "auth_test": (set(), set()),
    "chat_delete": ({"chat:write"}, set()),
    "chat_postEphemeral": ({"chat:write"}, set()),
    "chat_postMessage": ({"chat:write"}, set()),
    "chat_update": ({"chat:write"}, set()),
    "conversations_history": ({"im:history"}, {"channels:history", "groups:history"}),
    "conversations_info": ({"channels:read", "groups:read"}, set()),
    "conversations_open": (set(), {"im:write"}),
    "conversations_replies": ({"im:history"}, {"channels:history", "groups:history"}),
    "files_info": (set(), {"files:read"}),
    "files_upload_v2": (set(), {"files:write"}),
    "usergroups_users_list": (set(), {"usergroups:read"}),
    "users_info": ({"users:read"}, set()),
    "users_lookupByEmail": (set(), {"users:read.email"}),
    "views_open": (set(), set()),
    "views_publish": (set(), set()),
    "views_push": (set(), set()),
    "views_update": (set(), set()),
}
"""By Slack's reference: the scopes that the methods we call need, and those of them that we can do without."""
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "message.im": {"im:history"},
    "tokens_revoked": set(),
}
"""The scopes that Slack asks for with each event."""


@pytest.mark.parametrize("name", BOTH)
def test_slacks_own_schema_accepts_it(name: str) -> None:
    """Both variants are valid by the schema that Slack publishes, with its limits of length and number."""
    problems = jsonschema.Draft7Validator(SCHEMA).iter_errors(BOTH[name])
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (("display_information", "name"), "S" * 36),
        (("features", "shortcuts", 0, "name"), "Did the customer see it??"),
        (("features", "slash_commands", 0, "command"), "seen"),
        (("settings", "interactivity", "request_url"), "seen.example.com"),
        (("settings", "watching"), True),
    ],
)
def test_the_schema_finds_faults(part: tuple[str | int, ...], value: object) -> None:
    """What is too long, unknown or no address is found by the schema, so its silence means something."""
    broken: Any = json.loads(json.dumps(BOTH["http"]))
    inside = broken
    for step in part[:-1]:
        inside = inside[step]
    inside[part[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(SCHEMA).validate(broken)


@pytest.mark.parametrize("name", ["manifest.socket.json", "manifest.http.json"])
def test_the_files_are_up_to_date(name: str) -> None:
    """The files in slack/ are what `make manifest` would write."""
    assert (ROOT / "slack" / name).read_text(encoding="utf-8") == manifest.files()[name]


def test_the_variants_differ_in_the_way_to_us_alone() -> None:
    """The HTTP variant names one address in three places, and nothing else differs but the switch for Socket Mode."""
    http = json.loads(json.dumps(BOTH["http"]))
    address = f"https://seen.alder.example{PATH}"
    assert http["features"]["slash_commands"][0].pop("url") == address
    for part in ("event_subscriptions", "interactivity"):
        assert http["settings"][part].pop("request_url") == address
    assert http["settings"]["socket_mode_enabled"] is False
    http["settings"]["socket_mode_enabled"] = True
    assert http == BOTH["socket"]


@pytest.mark.parametrize("name", BOTH)
def test_it_asks_for_the_scopes_that_the_code_uses(name: str) -> None:
    """The permissions asked for are exactly those that the methods called, the events and the command need."""
    called = set(_methods_called())
    assert called == set(METHODS)
    needed = {"commands"}.union(*(METHODS[method][0] for method in called), *EVENTS.values())
    optional = set().union(*(METHODS[method][1] for method in called))
    scopes = BOTH[name]["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == needed | optional  # Slack wants what is optional in both lists
    assert set(scopes["bot_optional"]) == optional
    assert (set(NEEDED), set(OPTIONAL)) == (needed, optional)


@pytest.mark.parametrize("name", BOTH)
def test_it_subscribes_to_what_is_listened_for(name: str) -> None:
    """Slack is asked for the events that Seen listens for, and to read along in no channel."""
    assert set(BOTH[name]["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)
    listened = {name for call in _calls("event") for name in _named(call)}
    assert listened == {event.partition(".")[0] for event in EVENTS}


def test_it_is_printed_for_an_installation() -> None:
    """`seen manifest` prints the variant for Socket Mode, `--url` the one for HTTP; what is no address is refused."""
    assert _printed() == BOTH["socket"]
    assert _printed("--url", "https://seen.alder.example/") == BOTH["http"]
    for wrong in ("seen.alder.example", "http://seen.alder.example", "https://", "https://a b.example"):
        with pytest.raises(Stop, match="such as https://seen"):
            _printed("--url", wrong)


def _named(call: ast.Call) -> Iterator[str]:
    """The event that a listener is for, written there or kept under a name of its module."""
    match call.args:
        case [ast.Constant(value=str(name))]:
            yield name
        case [ast.Name(id=kept)]:
            yield next(str(getattr(module, kept)) for module in (leaving, home) if hasattr(module, kept))


def _printed(*options: str) -> Any:
    printed = CliRunner().invoke(commands, ["manifest", *options])
    if printed.exception:
        raise printed.exception
    return json.loads(printed.stdout)


def _methods_called() -> Iterator[str]:
    """The methods of Slack's Web API that the program calls."""
    for call in _calls():
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if "_" in name and name != "api_call" and not name.startswith("_") and callable(getattr(WebClient, name, None)):
            yield name


def _calls(name: str | None = None) -> Iterator[ast.Call]:
    """Every call ``something.name(…)`` in the program, but for the stand-ins and the demo."""
    for path in (path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")):
        if {"sandbox", "demo"} & set(path.relative_to(ROOT).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Call) and isinstance(called, ast.Attribute) and name in {None, called.attr}:
                yield node
