"""``seen rules``: as people and programs use it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli_rules import _FIELDS
from bot.rules.form import RuleField
from store import messages, migrate
from store.database import Database
from store.records import Message, Recipient
from tests.test_cli import NOW, Seen

QUOTES = ("rules", "add", "Quotes", "--tags", "quote, offer", "--channel", "C0OFFICE")


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    """The command, in an empty folder."""
    return Seen(tmp_path)


def test_a_rule_from_beginning_to_end(seen: Seen) -> None:
    """A rule can be added, changed, paused, resumed and removed, each answered with what it says now."""
    added = seen(*QUOTES)
    assert (added.returncode, added.stderr) == (0, "")
    assert "Emails tagged “quote” or “offer”." in added.stdout
    changed = seen("rules", "change", "quotes", "--after", "2 business days", "--tags", "quote", "--name", "Offers")
    assert "2 business days (20 hours)" in changed.stdout
    assert "Emails tagged “quote”." in changed.stdout
    assert "Paused" in seen("rules", "pause", "offers").stdout
    assert "paused" in seen("rules").stdout
    assert "Paused" not in seen("rules", "resume", "quotes").stdout
    assert seen("rules", "remove", "Offers").stdout == "“Offers” is removed.\n"
    history = seen("rules", "history", "quotes").stdout
    words = (
        "removed “Offers”",
        "resumed",
        "paused",
        "changed “Offers”",
        "name from “Quotes” to “Offers”",
        "added “Quotes”",
    )
    places = [history.index(word) for word in words]
    assert places == sorted(places)
    assert seen("rules").stdout.startswith("There is no rule.")


def test_rules_as_json(seen: Seen) -> None:
    """A program gets the fields as they are typed, and the sentences of each rule."""
    added = json.loads(seen(*QUOTES, "--json").stdout)
    assert json.loads(seen("rules", "--json").stdout) == [added]
    assert (added["id"], added["name"], added["paused"], added["edition"]) == ("quotes", "Quotes", False, 1)
    assert added["fields"]["tags"] == "quote, offer"
    assert added["says"][0] == "Emails tagged “quote” or “offer”."
    (change,) = [json.loads(line) for line in seen("rules", "history", "--json").stdout.splitlines()]
    assert (change["rule"], change["deed"], change["before"]) == ("quotes", "added", None)
    assert change["who"].startswith("cli:")


def test_what_a_rule_would_have_done(seen: Seen) -> None:
    """Trying tells for which emails a rule, kept or not, would have fired, as sentences and as JSON."""
    database = Database(f"sqlite:///{seen.folder / 'seen.db'}")
    migrate.upgrade(database)
    maria = Recipient("maria@oakleaf.example", "maria@oakleaf.example", "Maria Voss")
    quote = Message(
        message_id="m1",
        tag="quote",
        subject="Your quote for job 1042",
        sent_at=NOW - timedelta(days=14),
        sender="office@alder.example",
        recipients=(maria,),
        track_opens=True,
        track_links="HtmlAndText",
    )
    with database.write() as connection:
        messages.save(connection, [quote])
    database.dispose()
    tried = seen("rules", "try", "--tags", "quote")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert tried.stdout.startswith("It would have fired for 1 email in the last 30 days.")
    assert "The quote to Maria Voss: no sign by" in tried.stdout
    seen(*QUOTES)
    told = json.loads(seen("rules", "try", "quotes", "--days", "20", "--json").stdout)
    assert [one["message_id"] for one in told["fired"]] == ["m1"]
    assert (told["looked_at"], told["fitting"], told["whole"]) == (1, 1, True)
    assert json.loads(seen("rules", "try", "quotes", "--tags", "other", "--json").stdout)["fired"] == []
    assert json.loads(seen("rules", "try", "quotes", "--days", "7", "--json").stdout)["looked_at"] == 0


def test_the_settings_make_the_first_rule(seen: Seen) -> None:
    """With ALERT_CHANNEL set there is a rule to begin with."""
    seen.settings |= {"ALERT_CHANNEL": "C0OFFICE", "IMPORTANT_TAGS": "quote", "ALERT_AFTER": "1 business day"}
    shown = seen("rules").stdout
    assert "Emails tagged “quote”, or with “important” set to “true”." in shown
    assert "1 business day (10 hours)" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("add", "Quotes", "--after", "soon"), 2, "--after: “soon” should be a length of business time"),
        (("add", "Quotes", "--hours", "Mon 09:00-09:01"), 2, "--after: 24h of business time take about 27 years"),
        (("add", "Quotes", "--domains", "acme"), 2, "--channel: Name a channel: ALERT_CHANNEL isn't set"),
        (("add", "Quotes", "--channel", "C0OFFICE", "--since", "monday"), 2, "--since monday: should be a time"),
        (("add", "Quotes", "--channel", "C0OFFICE", "--since", "2020-01-01T00:00Z"), 2, "within the last 45 days"),
        (("add", "Quotes", "--channel", "C0OFFICE", "--metadata", "=1"), 2, "such as important=true"),
        (("change", "nowhere", "--after", "8h"), 3, "There is no rule called “nowhere”; `seen rules` lists them."),
        (("pause", "nowhere"), 3, "no rule called"),
        (("resume", "nowhere"), 3, "no rule called"),
        (("remove", "nowhere"), 3, "no rule called"),
        (("try", "nowhere"), 3, "no rule called"),
        (("history", "nowhere"), 3, "no rule called"),
    ],
)
def test_what_cannot_be_done(seen: Seen, arguments: tuple[str, ...], code: int, says: str) -> None:
    """What can't be understood ends with 2, a rule that isn't there with 3, each with a sentence that helps."""
    ended = seen("rules", *arguments)
    assert ended.returncode == code
    assert says in ended.stderr
    assert all(line.startswith("seen: ") for line in ended.stderr.splitlines())


def test_every_field_can_be_typed() -> None:
    """Every field of a rule has an option, and no option is without a field."""
    assert {*_FIELDS, "name"} == {field.value for field in RuleField}
