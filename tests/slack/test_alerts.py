"""Alerts in their channel, and what people do about them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.notices import Notices
from bot.sandbox import readers
from bot.sandbox.slack import Message, Person, Role, View
from bot.slack.posting import Posting
from store import alerts, deeds, rules, schema
from store.alert_records import Alert, Ending, Rule, RuleChange, RuleDeed
from store.deeds import Did
from tests.slack.office import DAY, HOUR, MARIA, MINUTE, Office, actions, office, options, said

TRACKING = "a-token-of-the-portal"
ALL_DAY = "Mon-Sun 00:00-24:00"


@dataclass
class Speaking:
    """An office in which Seen speaks up, step by step."""

    office: Office
    notices: Notices

    def tick(self, *, later: timedelta = timedelta()) -> None:
        """What the schedule does, until nothing is left to do."""
        assert self.office.app.alerts is not None
        for second in range(6):
            now = datetime.now(UTC) + later + timedelta(seconds=second)
            steps = (self.office.app.alerts.enroll, self.office.app.alerts.plan, self.office.app.alerts.follow)
            for step in (*steps, self.notices.post):
                for _ in range(50):
                    if not step(now):
                        break

    def alerts(self) -> list[Alert]:
        """Every alert, newest first."""
        with self.office.database.read() as connection:
            ids = [row.message_id for row in connection.execute(schema.alerts.select())]
            return alerts.of_messages(connection, ids)

    def told(self, person: Person, has: str = "", *, lacks: str = "") -> Message:
        """The newest message of the channel, once it says so."""
        return self.office.answer(person, "office", has=has, lacks=lacks)


def add_rule(running: Office, rule_id: str, **said_: object) -> None:
    """Adds a rule whose hours are all there are."""
    rule = Rule(rule_id=rule_id, name=rule_id.title(), after=HOUR, hours=ALL_DAY, holidays="", **said_)  # type: ignore[arg-type]
    change = RuleChange(at=datetime.now(UTC), who="cli", rule_id=rule_id, deed=RuleDeed.ADDED, before=None, after=rule)
    with running.database.write() as connection:
        assert rules.put(connection, rule, change)


@pytest.fixture
def speaking(sqlite_url: str) -> Iterator[Speaking]:
    """An office whose invoices are important: Maria's has been without a sign for hours."""
    with office(sqlite_url, alert_channel="C00OFFICE", tracking_token=TRACKING) as running:
        assert running.app.alerts is not None
        assert running.app.slack_clients is not None
        add_rule(running, "invoices", tags=("invoice",), mention=running.person("nils").user.user_id)
        running.person("rosa").command("/seen", MARIA, "general")
        running.answer(running.person("rosa"), "general", has="Maria")
        posting = Posting(running.app.slack_clients)
        yield Speaking(running, Notices(running.database, posting, running.app.alerts.content))


@pytest.fixture
def told(speaking: Speaking) -> Message:
    """The alert in its channel."""
    speaking.tick()
    return speaking.told(speaking.office.person("rosa"), has="No reliable sign")


@pytest.fixture
def rosa(speaking: Speaking) -> Person:
    """A member of the office."""
    return speaking.office.person("rosa")


@pytest.fixture
def nils(speaking: Speaking) -> Person:
    """Another one, who is to be mentioned."""
    return speaking.office.person("nils")


def ephemeral(running: Office, person: Person, has: str) -> Message:
    """What only one person sees in the channel, once it says so."""

    def newest() -> Message | None:
        seen = [each for each in person.sees("office") if each.only_for and has in said(each)]
        return seen[-1] if seen else None

    found: Message = running.until(newest)
    return found


def test_an_alert_mentions_and_offers(speaking: Speaking, told: Message, nils: Person) -> None:
    """An alert names customer and email, mentions whom it should, and offers what can be done."""
    assert f"<@{nils.user.user_id}>" in told.text
    assert "Maria Lopez" in told.text
    assert actions(told) == ["alert_called", "handled", "alert_snooze", "copy_draft", "menu"] or "why" in actions(told)
    assert {"Not important", "Watch"} <= set(options(told))


def test_called(speaking: Speaking, told: Message, rosa: Person, nils: Person) -> None:
    """Called ends the alert where it stands, by whom and when, without a mention; an answer shows it; Undo opens it."""
    rosa.presses("alert_called", on=told)
    over = speaking.told(nils, has="Undo")
    assert over.ts == told.ts
    assert actions(over) == ["alert_undo"]
    assert f"<@{nils.user.user_id}>" not in said(over)
    nils.command("/seen", "INV-2207", "general")
    assert "was called by" in speaking.office.answer(nils, "general", has="Fresh from").text
    nils.presses("alert_undo", on=over)
    again = speaking.told(rosa, has="No reliable sign", lacks="Undo")
    assert "alert_called" in actions(again)
    with speaking.office.database.read() as connection:
        (alert,) = speaking.alerts()
        assert deeds.of_trails(connection, [(alert.message_id, alert.recipient_key)]) == []
    assert [asked.way for asked in speaking.office.record()][-1] == "alert_undo"


def test_handled_is_one_thing(speaking: Speaking, told: Message, rosa: Person, nils: Person) -> None:
    """Handled under an alert, with a note, it is handled under an answer too; undone there, the alert is open again."""
    rosa.presses("handled", on=told)
    speaking.office.until(rosa.modal)
    rosa.submits({"note": "Called <!channel> her"})
    over = speaking.told(nils, has="Handled")
    assert "<!channel>" not in over.text
    nils.command("/seen", "INV-2207", "general")
    answer = speaking.office.answer(nils, "general", has="Handled by")
    nils.presses("undo_handled", on=answer)
    again = speaking.told(rosa, has="No reliable sign", lacks="Handled by")
    assert again.ts == told.ts


def test_handled_under_an_answer_ends_the_alert(speaking: Speaking, told: Message, rosa: Person) -> None:
    """Whoever handles the email under an answer ends its alert, which says so at once."""
    rosa.command("/seen", "INV-2207", "general")
    rosa.presses("handled", on=speaking.office.answer(rosa, "general", has="Fresh from"))
    speaking.office.until(rosa.modal)
    rosa.submits({"note": "they pay on Friday"})
    over = speaking.told(rosa, has="they pay on Friday")
    assert over.ts == told.ts
    (alert,) = speaking.alerts()
    assert (alert.ending, alert.ended_by) == (Ending.HANDLED, rosa.user.user_id)


def test_handled_by_a_record_of_ones_own(speaking: Speaking, told: Message, rosa: Person) -> None:
    """When the office's own program says that an email was handled, its alert is over, with the program's note."""
    (alert,) = speaking.alerts()
    record = {"type": "handled", "message_id": alert.message_id, "recipient": MARIA, "note": "booked by phone"}
    answer = httpx.post(
        f"{speaking.office.url}/tracking", json=record, headers={"Authorization": f"Bearer {TRACKING}"}, timeout=20
    )
    assert answer.status_code == 200
    speaking.office.fetch("INV-2207")
    speaking.tick(later=MINUTE)
    over = speaking.told(rosa, has="booked by phone")
    assert over.ts == told.ts
    assert "a record of your own" in over.text
    assert actions(over) == []


def test_of_two_one_wins_and_both_see_the_same(speaking: Speaking, told: Message, rosa: Person, nils: Person) -> None:
    """When two press at once, the second is told kindly who was faster, and both see the same post."""
    presses = [
        threading.Thread(target=rosa.presses, args=("alert_called",), kwargs={"on": told}),
        threading.Thread(target=nils.presses, args=("alert_called",), kwargs={"on": told}),
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    speaking.office.until(lambda: "Undo" in said(shared(rosa)) and "Undo" in said(shared(nils)))
    (alert,) = speaking.alerts()
    loser = nils if alert.ended_by == rosa.user.user_id else rosa
    ephemeral(speaking.office, loser, "Somebody was a little faster.")
    assert shared(rosa).blocks == shared(nils).blocks
    assert actions(shared(rosa)) == ["alert_undo"]


def shared(person: Person) -> Message:
    """The newest message of the channel that everybody sees."""
    return next(each for each in reversed(person.sees("office")) if not each.only_for)


def test_an_alert_that_ended_meanwhile_says_so(speaking: Speaking, told: Message, rosa: Person) -> None:
    """A press on an alert that the customer has settled is answered kindly, with what happened."""
    (alert,) = speaking.alerts()
    with speaking.office.database.write() as connection:
        alerts.end(connection, alert.key, Ending.PAID, datetime.now(UTC))
    rosa.presses("alert_called", on=told)
    ephemeral(speaking.office, rosa, "This one has settled itself in the meantime.")
    speaking.told(speaking.office.person("nils"), has="paid")


def test_a_persons_open_closes_it(speaking: Speaking, told: Message, rosa: Person) -> None:
    """When the customer opens the email, the alert says so in its place, and its thread gets the one detail."""
    (alert,) = speaking.alerts()
    speaking.office.sandbox.open(alert.message_id, MARIA, by=readers.PHONE)
    speaking.office.fetch("INV-2207")
    speaking.tick(later=MINUTE)
    over = speaking.told(rosa, has="Seen.")
    assert over.ts == told.ts
    assert actions(over) == []
    assert len(speaking.office.until(lambda: rosa.thread(over))) == 1


@pytest.mark.parametrize("line", [0, 1, 2])
def test_snoozing(speaking: Speaking, told: Message, rosa: Person, line: int) -> None:
    """A snooze is one choice away; the post says by whom and until when, and it can be ended at once."""
    rosa.chooses("alert_snooze", _choices(told)[line], on=told)
    snoozed = speaking.told(rosa, has="Snoozed by")
    (alert,) = speaking.alerts()
    assert alert.snoozed_by == rosa.user.user_id
    assert alert.snoozed_until is not None
    assert alert.snoozed_until > datetime.now(UTC)
    rosa.presses("alert_wake", on=snoozed)
    speaking.told(rosa, has="No reliable sign", lacks="Snoozed")


def _choices(message: Message) -> list[str]:
    """The values of the menu of snoozes."""
    elements = (element for block in message.blocks for element in block.get("elements", ()))
    (menu,) = (element for element in elements if element.get("action_id") == "alert_snooze")
    return [option["value"] for option in menu["options"]]


def test_snoozing_until_a_time_of_ones_own(speaking: Speaking, told: Message, rosa: Person) -> None:
    """The choice "until" asks for a time; one that has passed is refused in the window."""
    rosa.chooses("alert_snooze", _choices(told)[3], on=told)
    speaking.office.until(rosa.modal)
    rosa.submits({"until": int((datetime.now(UTC) - DAY).timestamp())})
    window: View = speaking.office.until(rosa.modal)
    assert "still to come" in str(window.given)
    until = datetime.now(UTC).replace(microsecond=0) + 2 * DAY
    rosa.submits({"until": int(until.timestamp())})
    speaking.told(rosa, has="Snoozed by")
    (alert,) = speaking.alerts()
    assert alert.snoozed_until == until


def test_why_and_right(speaking: Speaking, told: Message, rosa: Person) -> None:
    """Why? opens the reasons; a word on them changes no alert into an answer."""
    rosa.chooses("menu", options(told)["Why?"], on=told) if "Why?" in options(told) else rosa.presses("why", on=told)
    speaking.office.until(rosa.modal)
    rosa.presses("right")
    speaking.office.finished("right")
    assert "alert_called" in actions(speaking.told(rosa, has="No reliable sign"))


def test_watching_from_an_alert(speaking: Speaking, told: Message, rosa: Person) -> None:
    """Watch under an alert has its email watched for whoever pressed it."""
    rosa.chooses("menu", options(told)["Watch"], on=told)
    ephemeral(speaking.office, rosa, "I watch")


def test_who_may_not_ask_may_not_press(speaking: Speaking, told: Message) -> None:
    """The right to press is asked for again on each press: a guest changes nothing."""
    gus = speaking.office.person("gus")
    gus.presses("alert_called", on=told)
    ephemeral(speaking.office, gus, "full members only")
    nils = speaking.office.person("nils")
    nils.user.role = Role.GUEST
    nils.chooses("menu", options(told)["Not important"], on=told)
    ephemeral(speaking.office, nils, "full members only")
    assert [alert.is_open for alert in speaking.alerts()] == [True]


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def many(speaking: Speaking) -> Message:
    """Eight alerts in one message."""
    now = datetime.now(UTC)
    for number in range(8):
        sent = speaking.office.sandbox.send(
            f"customer{number}@birch.example",
            f"Invoice INV-30{number}",
            tag="invoice",
            metadata={"job_id": f"30{number}"},
            at=now - 3 * HOUR,
        )
        speaking.office.sandbox.deliver(sent, at=now - 3 * HOUR + MINUTE)
    rosa = speaking.office.person("rosa")
    rosa.command("/seen", "@birch.example", "general")
    speaking.office.answer(rosa, "general", has="Fresh from")
    speaking.tick()
    return speaking.told(rosa, has="important emails need a look")


def choices_of(message: Message) -> list[str]:
    """The values of the menu that opens one of many."""
    elements = (element for block in message.blocks for element in block.get("elements", ()))
    (menu,) = (element for element in elements if element.get("action_id") == "alert_open")
    return [option["value"] for option in menu["options"]]


def test_one_of_many(speaking: Speaking, many: Message, rosa: Person) -> None:
    """One of many is opened in a window with its own buttons; what is done there shows in both."""
    rosa.chooses("alert_open", choices_of(many)[0], on=many)
    speaking.office.until(rosa.modal)
    rosa.presses("alert_called")
    speaking.office.until(lambda: "alert_undo" in str(rosa.modal().blocks))  # type: ignore[union-attr]
    shown = speaking.told(rosa, has="is settled")
    assert shown.ts == many.ts
    assert [alert.ending for alert in speaking.alerts()].count(Ending.CALLED) == 1


def test_all_of_many(speaking: Speaking, many: Message, rosa: Person) -> None:
    """All of a message can be marked as handled at once; it then says so in a line."""
    told = len(choices_of(many))
    rosa.presses("alerts_handled", on=many)
    shown = speaking.told(rosa, has="are settled")
    assert f"{told} handled" in shown.text
    with speaking.office.database.read() as connection:
        trails = [(alert.message_id, alert.recipient_key) for alert in speaking.alerts() if not alert.is_open]
        assert {done.what for done in deeds.of_trails(connection, trails)} == {Did.HANDLED}


# ── Elsewhere ────────────────────────────────────────────────────────────────────────────────────────────────────


def until_home(running: Office, person: Person, holds: Callable[[str], bool]) -> View:
    """Somebody's Home, once it is so."""

    def shown() -> View | None:
        view = person.home()
        return view if view and holds(str(view.blocks)) else None

    found: View = running.until(shown)
    return found


def test_home_and_the_command_list_what_needs_a_look(speaking: Speaking, many: Message, rosa: Person) -> None:
    """Home and `/seen alerts` list the open alerts, page by page; one is opened and settled from there."""
    rosa.command("/seen", "alerts", "general")
    assert "important emails need a look" in speaking.office.answer(rosa, "general", has="newest first").text
    rosa.opens_home()
    until_home(speaking.office, rosa, lambda text: "Important emails that need a look" in text)
    rosa.presses("home_alerts:1")
    until_home(speaking.office, rosa, lambda text: "home_alerts:0" in text)
    rosa.presses("home_alert:0")
    window: View = speaking.office.until(rosa.modal)
    rosa.chooses("menu", _lines(window)["Not important"], on=window)
    speaking.office.until(lambda: any(alert.ending is Ending.NOT_IMPORTANT for alert in speaking.alerts()))


def _lines(window: View) -> dict[str, str]:
    """The lines of the menu in a window, with their values."""
    menus = (element for block in window.blocks for element in block.get("elements", ()))
    return {line["text"]["text"]: line["value"] for menu in menus for line in menu.get("options", ())}


def test_home_shows_what_one_watches(speaking: Speaking, rosa: Person) -> None:
    """Home lists what one watches, and takes it off."""
    rosa.command("/seen", "watch INV-2207", "general")
    speaking.office.answer(rosa, "general", has="I watch")
    rosa.opens_home()
    until_home(speaking.office, rosa, lambda text: "I watch for you" in text)
    rosa.presses("home_unwatch:0")
    until_home(speaking.office, rosa, lambda text: "I watch for you" not in text)


def test_no_alert_no_list(speaking: Speaking, rosa: Person) -> None:
    """Where nothing needs a look, that is said."""
    rosa.command("/seen", "alerts", "general")
    speaking.office.answer(rosa, "general", has="No important email needs a look just now.")
