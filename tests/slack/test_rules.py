from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.form import RuleField
from bot.sandbox.slack import Person, Role
from bot.sandbox.slack.state import View
from store.alert_records import Rule
from tests.replies.blocks.checking import check_view
from tests.slack.office import MINUTE, Office, office

QUOTES = {"name": "Quotes", "tags": "quote", "after": "24h"}


@pytest.fixture
def alder(sqlite_url: str) -> Iterator[Office]:
    """The office, whose alerts go to a channel."""
    with office(sqlite_url, seen_rule_users="", alert_channel="C0ALERTS00") as running:
        yield running


@pytest.fixture
def adam(alder: Office) -> Person:
    """An admin, who may change rules."""
    return alder.person("adam")


def shown(person: Person) -> View:
    view = person.modal()
    assert view is not None
    return view


def says(view: View) -> str:
    return json.dumps(view.blocks, ensure_ascii=False)


def title(person: Person) -> str:
    view = person.modal()
    return view.given["title"]["text"] if view else ""


def until(alder: Office, person: Person, *, has: str) -> View:
    """The window on top, once it holds these words; Slack would take it."""
    alder.until(lambda: person.modal() and has in says(shown(person)))
    check_view(shown(person).given)
    return shown(person)


def rules(alder: Office) -> list[Rule]:
    return [rule for rule in alder.app.rulebook.every() if rule.rule_id != "default"]


def opened(alder: Office, person: Person) -> View:
    person.command("/seen", "rules", "office")
    alder.until(lambda: title(person) == "Rules for alerts")
    check_view(shown(person).given)
    return shown(person)


def form(alder: Office, person: Person) -> View:
    opened(alder, person)
    person.presses("rules_add")
    alder.until(lambda: title(person) == "Add a rule")
    check_view(shown(person).given)
    return shown(person)


def test_the_list_from_home(alder: Office, adam: Person) -> None:
    """The button "Rules" of Home opens the list, with the rule that the settings made."""
    adam.opens_home()
    alder.until(lambda: adam.home() is not None)
    adam.presses("home_rules", on=adam.home())
    view = until(alder, adam, has="default")
    assert "important" in says(view)
    assert "C0ALERTS00" in says(view)


def test_a_rule_is_added(alder: Office, adam: Person) -> None:
    """A rule that is typed in is kept, told in full, on record, and in the list below."""
    form(alder, adam)
    channel = alder.channel("office")
    adam.submits({**QUOTES, "channel": channel, "metadata": "important=true", "mention": adam.user.user_id})
    kept = until(alder, adam, has="“Quotes” is kept.")
    assert "Emails tagged “quote”" in says(kept)
    assert "/invite" not in says(kept)
    (rule,) = rules(alder)
    assert (rule.name, rule.tags, rule.channel) == ("Quotes", ("quote",), channel)
    assert (rule.after, rule.mention) == (timedelta(hours=24), adam.user.user_id)
    assert alder.app.rulebook.changes("quotes")[0].who == adam.user.user_id
    assert [(line.who, line.way, line.question) for line in alder.record()][-1] == (
        adam.user.user_id, "rules_keep", "Quotes",
    )  # fmt: skip
    adam.closes()
    until(alder, adam, has="Quotes")


def test_faults_stand_at_their_fields(alder: Office, adam: Person) -> None:
    """What can't be understood is told at its field in a sentence, all at once, and nothing is kept."""
    form(alder, adam)
    adam.submits(
        {
            **QUOTES,
            "name": "Default",
            "after": "soon",
            "subject": "(a+)+b",
            "again_after": "2000h",
            "escalate_after": "8h",
            "escalate_to": alder.channel("office"),
            "escalate_person": adam.user.user_id,
        }
    )
    errors = shown(adam).given["errors"]
    assert set(errors) == {"name", "after", "subject", "again_after", "escalate_to"}
    assert "Postmark forgets an email after 45 days" in errors["again_after"]
    assert "called “Default” already" in errors["name"]
    assert all(sentence.endswith(".") for sentence in errors.values())
    assert rules(alder) == []


def test_a_channel_that_seen_is_not_in(alder: Office, adam: Person) -> None:
    """A rule for a channel in which Seen can't write is kept, with the words that mend it."""
    form(alder, adam)
    adam.submits({**QUOTES, "channel": alder.channel("general")})
    assert "Invite me: /invite @seen" in says(until(alder, adam, has="“Quotes” is kept."))
    adam.closes()
    adam.presses("rules_add")
    alder.until(lambda: title(adam) == "Add a rule")
    adam.submits({**QUOTES, "name": "Private", "channel": alder.channel("owners")})
    assert "I can't see" in says(until(alder, adam, has="“Private” is kept."))


def test_a_rule_is_changed(alder: Office, adam: Person) -> None:
    """Changing opens the form with what stands in the rule; only what is changed changes."""
    alder.app.rulebook.add(
        {RuleField.NAME: "Quotes", RuleField.TAGS: "quote, offer", RuleField.MENTION: "S0OWNERS00"},
        who="cli:anna",
        now=datetime.now(UTC),
    )
    opened(alder, adam)
    adam.presses("rules_change:1")
    view = until(alder, adam, has="quote, offer")
    assert title(adam) == "Change a rule"
    assert "S0OWNERS00" in says(view)
    adam.submits({"after": "2 business days"})
    until(alder, adam, has="2 business days (20 hours)")
    (rule,) = rules(alder)
    assert (rule.tags, rule.mention, rule.edition) == (("quote", "offer"), "S0OWNERS00", 2)


def test_the_second_of_two_people_is_told(alder: Office, adam: Person) -> None:
    """Who sends off a rule that somebody changed since the form was opened is told who and what, and undoes nothing."""
    book = alder.app.rulebook
    rule = book.add({RuleField.NAME: "Quotes"}, who="cli:anna", now=datetime.now(UTC))
    opened(alder, adam)
    adam.presses("rules_change:1")
    alder.until(lambda: title(adam) == "Change a rule")
    book.change(rule, {RuleField.AFTER: "8h"}, who="cli:anna", now=datetime.now(UTC))
    adam.submits({"after": "90m"})
    told = says(until(alder, adam, has="yours was not kept"))
    assert "anna (command line) changed “Quotes”" in told
    assert [one.after for one in rules(alder)] == [timedelta(hours=8)]


def test_paused_resumed_removed(alder: Office, adam: Person) -> None:
    """Pause, Resume and Remove do what they say, and the list shows it."""
    alder.app.rulebook.add({RuleField.NAME: "Quotes"}, who="cli:anna", now=datetime.now(UTC))
    opened(alder, adam)
    adam.presses("rules_pause:1")
    until(alder, adam, has="rules_resume:1")
    assert [rule.paused for rule in rules(alder)] == [True]
    adam.presses("rules_resume:1")
    until(alder, adam, has="rules_pause:1")
    adam.presses("rules_remove:1")
    alder.until(lambda: "Quotes" not in says(shown(adam)))
    assert rules(alder) == []
    adam.presses("rules_history")
    history = says(until(alder, adam, has="removed “Quotes”"))
    assert "added “Quotes”" in history
    assert title(adam) == "Who changed what"


def test_a_rule_that_somebody_removed_meanwhile(alder: Office, adam: Person) -> None:
    """A button of a rule that is gone says so, and the list is drawn anew."""
    rule = alder.app.rulebook.add({RuleField.NAME: "Quotes"}, who="cli:anna", now=datetime.now(UTC))
    opened(alder, adam)
    alder.app.rulebook.remove(rule, who="cli:anna", now=datetime.now(UTC))
    adam.presses("rules_change:1")
    until(alder, adam, has="removed this rule")
    adam.closes()
    alder.until(lambda: "Quotes" not in says(shown(adam)))


def test_trying_a_kept_rule(alder: Office, adam: Person) -> None:
    """Try opens a window at once, and then says for which emails the rule would have fired."""
    alder.app.rulebook.add({RuleField.NAME: "All"}, who="cli:anna", now=datetime.now(UTC))
    adam.command("/seen", "1043", "office")
    alder.answer(adam, "office", has="Did not arrive")
    opened(alder, adam)
    adam.presses("rules_try:0")
    tried = says(until(alder, adam, has="It would have fired for 1 email"))
    assert "did not arrive" in tried
    assert "Nothing was posted" in tried


def test_trying_what_is_typed(alder: Office, adam: Person) -> None:
    """What stands in the form can be tried before it is kept; a fault in it is said in its stead."""
    view = form(alder, adam)
    adam.types({"after": "soon"}, into=view)
    adam.presses("rules_try_form")
    until(alder, adam, has="should be a length of business time")
    adam.closes()
    adam.types({"after": "1h"}, into=shown(adam))
    adam.presses("rules_try_form")
    until(alder, adam, has="It would not have fired")
    assert rules(alder) == []


def test_members_look_and_admins_change(alder: Office, adam: Person) -> None:
    """A member who isn't an admin sees the rules and may try them, but gets no button that changes one."""
    rosa = alder.person("rosa")
    view = opened(alder, rosa)
    assert "rules_try:0" in says(view)
    assert not any(word in says(view) for word in ("rules_add", "rules_change", "rules_pause", "rules_remove"))
    assert "for others here" in says(view)
    assert "rules_add" in says(opened(alder, adam))


def test_permission_is_asked_again(alder: Office, adam: Person) -> None:
    """Whoever may change rules no more is refused at the next click and at sending off the form, and it is recorded."""
    form(alder, adam)
    adam.user.role = Role.MEMBER
    adam.submits({**QUOTES, "channel": alder.channel("office")})
    until(alder, adam, has="changing rules is for others")
    assert rules(alder) == []
    assert alder.record()[-1].refused == "not_permitted"
    adam.user.role = Role.ADMIN
    opened(alder, adam)
    adam.user.role = Role.MEMBER
    adam.presses("rules_pause:0")
    until(alder, adam, has="changing rules is for others")
    assert not any(rule.paused for rule in alder.app.rulebook.every())


def test_the_list_of_who_may_change_rules(sqlite_url: str) -> None:
    """SEEN_RULE_USERS names who may, and then admins who aren't named may not."""
    with office(sqlite_url, seen_rule_users="rosa", alert_channel="C0ALERTS00") as alder:
        assert "rules_add" in says(opened(alder, alder.person("rosa")))
        assert "rules_add" not in says(opened(alder, alder.person("adam")))


def test_guests_see_no_rules(alder: Office) -> None:
    """A guest gets no window, and is told why."""
    gus = alder.person("gus")
    gus.command("/seen", "rules", "office")
    alder.answer(gus, "office", has="full members only")
    assert gus.modal() is None


def test_many_rules_in_pages(alder: Office, adam: Person) -> None:
    """The list shows a few rules at a time, and every one can be reached."""
    for number in range(8):
        alder.app.rulebook.add({RuleField.NAME: f"Rule {number}"}, who="cli:anna", now=datetime.now(UTC))
    first = says(opened(alder, adam))
    assert "Rule 4" in first
    assert "Rule 5" not in first
    adam.presses("rules_page:1")
    assert "Rule 7" in says(until(alder, adam, has="Rule 5"))
    adam.presses("rules_page:0")
    until(alder, adam, has="Rule 0")


def test_more_words_after_rules_are_a_question(alder: Office) -> None:
    """A customer called Rules can be asked for: only the word alone opens the window."""
    rosa = alder.person("rosa")
    rosa.command("/seen", "rules@oakleaf.example", "office")
    alder.answer(rosa, "office", has="rules@oakleaf.example")
    rosa.command("/seen", "rules 1042", "office")
    alder.answer(rosa, "office", has="1042")
    assert rosa.modal() is None


def test_a_rule_may_hold_for_earlier_mail(alder: Office, adam: Person) -> None:
    """A new rule holds from now on, unless the form says that it holds for earlier mail, too."""
    form(alder, adam)
    adam.submits({**QUOTES, "since": "7"})
    until(alder, adam, has="is kept.")
    (rule,) = rules(alder)
    assert rule.since is not None
    assert abs(rule.since - (datetime.now(UTC) - timedelta(days=7))) < MINUTE


def test_slack_is_slow(alder: Office, adam: Person) -> None:
    """When Slack takes long to say who somebody is, the form says that it is being kept, and then what came of it."""
    form(alder, adam)
    with alder.slack.fault("hang", method="users.info"):
        adam.submits({**QUOTES, "channel": alder.channel("office")})
        assert "Keeping the rule" in says(shown(adam))
    until(alder, adam, has="“Quotes” is kept.")
    assert len(rules(alder)) == 1


def test_slack_fails(alder: Office, adam: Person) -> None:
    """When Slack doesn't say whether somebody may change rules, nothing is changed, and the form says that it broke."""
    form(alder, adam)
    with alder.slack.fault("500", method="users.info", times=9):
        adam.submits({**QUOTES, "channel": alder.channel("office")})
        until(alder, adam, has="went wrong")
    assert rules(alder) == []


def test_a_channel_that_cannot_be_looked_at(alder: Office, adam: Person) -> None:
    """When Slack doesn't say whether Seen is in the channel, the rule is kept all the same, and that is said."""
    form(alder, adam)
    with alder.slack.fault("500", method="conversations.info", times=9):
        adam.submits({**QUOTES, "channel": alder.channel("office")})
        until(alder, adam, has="I could not check")
    assert len(rules(alder)) == 1
