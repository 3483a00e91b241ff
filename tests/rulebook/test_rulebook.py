from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.rulebook import DEFAULT, Faults, Overtaken, Rulebook
from bot.rules.form import RuleField
from store import news, vigils
from store.alert_records import Match, RuleDeed, Vigil
from tests.rulebook.conftest import NOW, SETTINGS, Office, quotes
from tests.rules.making import defaults

LATER = NOW + timedelta(hours=1)


def waiting(office: Office) -> int:
    with office.database.read() as connection:
        return news.count(connection)


def test_a_new_rule_holds_from_now_on(office: Office) -> None:
    """A rule that is added holds for mail sent from then on, and has no earlier mail looked at."""
    office.sent("old", at=NOW - timedelta(days=1))
    with office.database.write() as connection:
        news.take(connection, 100)
    rule = office.book.add(quotes(), who="U0ROSA", now=NOW)
    assert (rule.rule_id, rule.since) == ("quotes", NOW)
    assert office.book.every() == [rule]
    assert waiting(office) == 0


def test_a_new_rule_may_be_asked_to_look_back(office: Office) -> None:
    """A rule that is told to hold for earlier mail has that mail looked at, and no older mail."""
    office.sent("older", at=NOW - timedelta(days=9))
    office.sent("old", at=NOW - timedelta(days=1))
    with office.database.write() as connection:
        news.take(connection, 100)
    rule = office.book.add(quotes(), who="U0ROSA", now=NOW, since=NOW - timedelta(days=7))
    assert rule.since == NOW - timedelta(days=7)
    with office.database.write() as connection:
        assert news.take(connection, 100) == ["old"]


def test_two_rules_can_be_told_apart(office: Office) -> None:
    """Two rules never share a name, whatever its case; two names of the same letters get ids of their own."""
    first = office.book.add(quotes(), who="U0ROSA", now=NOW)
    with pytest.raises(Faults, match="called “QUOTES” already"):
        office.book.add(quotes(name="QUOTES"), who="U0ROSA", now=NOW)
    second = office.book.add(quotes(name="Quotes!"), who="U0ROSA", now=NOW)
    assert (first.rule_id, second.rule_id) == ("quotes", "quotes-2")
    with pytest.raises(Faults, match="already"):
        office.book.change(second, {RuleField.NAME: "quotes"}, who="U0ROSA", now=NOW)
    assert office.book.named("quotes-2") == second
    assert office.book.named(" QUOTES ") == first
    assert office.book.named("invoices") is None
    assert office.book.add(quotes(name="☂"), who="U0ROSA", now=NOW).rule_id == "rule"


def test_what_a_change_newly_fits_holds_from_then_on(office: Office) -> None:
    """Changing which emails a rule is about makes it hold for mail sent from then on; changing the rest does not."""
    rule = office.book.add(quotes(), who="U0ROSA", now=NOW)
    slower = office.book.change(rule, {RuleField.AFTER: "30h"}, who="U0ROSA", now=LATER)
    assert (slower.since, slower.after, slower.edition) == (NOW, timedelta(hours=30), 2)
    wider = office.book.change(slower, {RuleField.TAGS: "quote, invoice"}, who="U0ROSA", now=LATER)
    assert (wider.since, wider.edition) == (LATER, 3)
    asked = office.book.change(wider, {RuleField.TAGS: "invoice"}, who="U0ROSA", now=LATER, since=NOW)
    assert asked.since == NOW
    assert office.book.every() == [asked]


def test_changing_nothing_is_no_change(office: Office) -> None:
    """Saving a rule as it was leaves no trace."""
    rule = office.book.add(quotes(), who="U0ROSA", now=NOW)
    assert office.book.change(rule, quotes(), who="U0ROSA", now=LATER) == rule
    assert len(office.book.changes(rule.rule_id)) == 1


def test_the_second_of_two_is_told(office: Office) -> None:
    """Who saves a rule that somebody else has changed in the meantime is told who, and undoes nothing."""
    rule = office.book.add(quotes(), who="U0ROSA", now=NOW)
    changed = office.book.change(rule, {RuleField.AFTER: "30h"}, who="U0ADAM", now=LATER)
    with pytest.raises(Overtaken) as caught:
        office.book.change(rule, {RuleField.AFTER: "10h"}, who="U0ROSA", now=LATER)
    assert caught.value.change is not None
    assert caught.value.change.who == "U0ADAM"
    with pytest.raises(Overtaken):
        office.book.remove(rule, who="U0ROSA", now=LATER)
    assert office.book.every() == [changed]


def test_emails_already_watched_are_looked_at_again(office: Office) -> None:
    """Whatever is done to a rule, what it still waits for is looked at anew; what is settled is not."""
    rule = office.book.add(quotes(), who="U0ROSA", now=NOW)
    due = NOW + timedelta(days=3)
    waits = Vigil(rule_id=rule.rule_id, message_id="m", recipient_key="k", began_at=NOW, due_at=due, look_at=due)
    with office.database.write() as connection:
        vigils.put(connection, [waits, replace(waits, recipient_key="l"), replace(waits, rule_id="o", message_id="o")])
        vigils.put(connection, [replace(waits, message_id="s", look_at=None)])
        connection.execute(text("UPDATE vigils SET rest = 'seen' WHERE message_id = 's'"))
    paused = office.book.pause(
        office.book.change(rule, {RuleField.AFTER: "1h"}, who="U0ROSA", now=LATER), who="U0ROSA", now=LATER
    )
    with office.database.write() as connection:
        assert news.take(connection, 100) == ["m"]
    office.book.remove(office.book.resume(paused, who="U0ROSA", now=LATER), who="U0ROSA", now=LATER)
    with office.database.write() as connection:
        assert news.take(connection, 100) == ["m"]


def test_paused_resumed_removed(office: Office) -> None:
    """A rule can be paused, resumed and removed, all on record."""
    rule = office.book.add(quotes(), who="U0ROSA", now=NOW)
    paused = office.book.pause(rule, who="U0ADAM", now=NOW)
    assert [one.paused for one in office.book.every()] == [True]
    resumed = office.book.resume(paused, who="U0ROSA", now=LATER)
    office.book.remove(resumed, who="cli", now=LATER)
    assert office.book.every() == []
    deeds = [(change.who, change.deed) for change in office.book.changes(rule.rule_id)]
    assert deeds == [
        ("cli", RuleDeed.REMOVED),
        ("U0ROSA", RuleDeed.RESUMED),
        ("U0ADAM", RuleDeed.PAUSED),
        ("U0ROSA", RuleDeed.ADDED),
    ]


def test_the_settings_make_the_first_rule(office: Office) -> None:
    """With a channel set there is one rule at the first start, made of the settings, and never a second."""
    office.book.settle(now=NOW)
    office.book.settle(now=LATER)
    (rule,) = office.book.every()
    assert (rule.rule_id, rule.since, rule.match) == (DEFAULT, NOW, Match.ANY)
    assert (rule.tags, rule.metadata) == (("quote",), (("important", "true"),))
    assert (rule.after, rule.channel, rule.hours) == (None, None, None)
    assert [change.who for change in office.book.changes(DEFAULT)] == ["settings"]


def test_without_a_channel_there_is_no_first_rule(office: Office) -> None:
    """Where the settings name no channel no rule is made, until one is named."""
    Rulebook(office.database, defaults(channel=None), office.book.judging).settle(now=NOW)
    assert office.book.every() == []
    office.book.settle(now=LATER)
    assert [rule.since for rule in office.book.every()] == [LATER]


def test_the_first_rule_follows_the_settings_until_somebody_changes_it(office: Office) -> None:
    """Other IMPORTANT_TAGS change the first rule at the next start, but not once somebody has touched it."""
    office.book.settle(now=NOW)
    other = Rulebook(office.database, defaults(tags=("invoice",)), office.book.judging)
    other.settle(now=LATER)
    (rule,) = office.book.every()
    assert (rule.tags, rule.since) == (("invoice",), LATER)
    other.change(rule, {RuleField.AFTER: "8h"}, who="U0ROSA", now=LATER)
    office.book.settle(now=LATER)
    assert [rule.tags for rule in office.book.every()] == [("invoice",)]


def test_the_first_rule_stays_removed(office: Office) -> None:
    """Once somebody has removed the first rule, no start brings it back."""
    office.book.settle(now=NOW)
    office.book.remove(office.book.every()[0], who="U0ROSA", now=NOW)
    for settings in (SETTINGS, defaults(tags=("invoice",))):
        Rulebook(office.database, settings, office.book.judging).settle(now=LATER)
    assert office.book.every() == []
