from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from store import rules
from store.alert_records import Amount, CantTell, Match, Rule, RuleChange, RuleDeed
from store.database import Database
from tests.store.making import NOON, minutes

WHOLE = Rule(
    rule_id="quotes",
    name="Quotes and invoices",
    match=Match.ANY,
    tags=("quote", "invoice"),
    streams=("outbound",),
    metadata=(("important", "true"),),
    amounts=(Amount("total", 1000.0, or_equal=True),),
    subject=r"quote \d+",
    domains=("acme.example",),
    after=timedelta(hours=24, minutes=30),
    timezone="America/Chicago",
    hours="Mon-Fri 09:00-17:00",
    holidays="US-CA",
    below=0.4,
    cant_tell=CantTell.ALERT,
    channel="C0OFFICE",
    mention="U0ROSA",
    mention_field="owner",
    again_after=timedelta(hours=8),
    again_at_most=2,
    escalate_to="C0BOSS",
    escalate_after=timedelta(hours=16),
    since=NOON,
)


def put(database: Database, rule: Rule, deed: RuleDeed, *, before: Rule | None = None, **said: Any) -> bool:
    after = None if deed is RuleDeed.REMOVED else rule
    change = RuleChange(
        **{"at": NOON, "who": "U0ROSA", "rule_id": rule.rule_id, "deed": deed, "before": before, "after": after, **said}
    )
    with database.write() as connection:
        return rules.put(connection, rule, change)


def every(database: Database) -> list[Rule]:
    with database.read() as connection:
        return rules.every(connection)


def test_a_rule_comes_back_as_it_was_put(database: Database) -> None:
    """A rule is kept whole, to the minute and the last field."""
    assert put(database, WHOLE, RuleDeed.ADDED)
    assert every(database) == [WHOLE]


def test_an_id_is_given_once(database: Database) -> None:
    """Adding a rule under an id that is taken, even by a removed rule, is refused and changes nothing."""
    put(database, WHOLE, RuleDeed.ADDED)
    put(database, WHOLE, RuleDeed.REMOVED, before=WHOLE)
    assert not put(database, replace(WHOLE, name="Other"), RuleDeed.ADDED)
    assert every(database) == []
    with database.read() as connection:
        assert rules.is_known(connection, "quotes")
        assert not rules.is_known(connection, "invoices")


def test_who_comes_second_is_told(database: Database) -> None:
    """Of two people who change the same edition of a rule, the second is refused and undoes nothing."""
    put(database, WHOLE, RuleDeed.ADDED)
    assert put(database, replace(WHOLE, tags=("quote",)), RuleDeed.CHANGED, before=WHOLE)
    assert not put(database, replace(WHOLE, name="Mine"), RuleDeed.CHANGED, before=WHOLE)
    (kept,) = every(database)
    assert (kept.name, kept.tags, kept.edition) == ("Quotes and invoices", ("quote",), 2)


def test_a_removed_rule_can_be_loaded_and_no_longer_changed(database: Database) -> None:
    """A removed rule holds no more and can't be changed, but what it was can still be told."""
    put(database, WHOLE, RuleDeed.ADDED)
    assert put(database, WHOLE, RuleDeed.REMOVED, before=WHOLE)
    assert not put(database, replace(WHOLE, edition=2), RuleDeed.CHANGED, before=WHOLE)
    with database.read() as connection:
        assert rules.active(connection) == []
        assert rules.load(connection, ["quotes", "nowhere"]) == {"quotes": replace(WHOLE, edition=2)}
        assert rules.load(connection, []) == {}


def test_a_paused_rule_is_there_and_not_active(database: Database) -> None:
    """A paused rule is listed and doesn't hold until it is resumed."""
    put(database, WHOLE, RuleDeed.ADDED)
    put(database, replace(WHOLE, paused=True), RuleDeed.PAUSED, before=WHOLE)
    with database.read() as connection:
        assert rules.active(connection) == []
        assert [rule.paused for rule in rules.every(connection)] == [True]


def test_the_record_of_changes(database: Database) -> None:
    """Who changed what is kept, with the rule before and after, newest first."""
    put(database, WHOLE, RuleDeed.ADDED, who="settings")
    changed = replace(WHOLE, tags=("quote",))
    put(database, changed, RuleDeed.CHANGED, before=WHOLE, at=minutes(5))
    put(database, replace(changed, edition=7), RuleDeed.CHANGED, before=WHOLE, at=minutes(6))
    with database.read() as connection:
        newest, oldest = rules.changes(connection, "quotes")
        assert rules.changes(connection, "invoices") == []
        assert len(rules.changes(connection, limit=1)) == 1
    assert (newest.who, newest.deed, newest.before, newest.after) == ("U0ROSA", RuleDeed.CHANGED, WHOLE, changed)
    assert (oldest.who, oldest.deed, oldest.before, oldest.after) == ("settings", RuleDeed.ADDED, None, WHOLE)


def test_what_a_newer_edition_wrote_stays(database: Database) -> None:
    """Fields that this edition doesn't know are ignored when a rule is looked at, and kept when it is changed."""
    put(database, WHOLE, RuleDeed.ADDED)
    with database.write() as connection:
        stored = connection.scalar(text("SELECT definition FROM rules"))
        connection.execute(text("UPDATE rules SET definition = :it"), {"it": f'{{"colour": "red", {str(stored)[1:]}'})
    assert every(database) == [WHOLE]
    assert put(database, replace(WHOLE, name="New"), RuleDeed.CHANGED, before=WHOLE)
    with database.read() as connection:
        assert '"colour":"red"' in str(connection.scalar(text("SELECT definition FROM rules")))


def test_a_rule_that_cannot_be_understood_is_left_out(database: Database) -> None:
    """A rule in words of a newer edition doesn't keep the others from holding."""
    put(database, WHOLE, RuleDeed.ADDED)
    put(database, replace(WHOLE, rule_id="other"), RuleDeed.ADDED)
    with database.write() as connection:
        connection.execute(text("""UPDATE rules SET definition = '{"match": "most"}' WHERE rule_id = 'quotes'"""))
    assert [rule.rule_id for rule in every(database)] == ["other"]
