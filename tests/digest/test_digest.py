"""What a digest says: yesterday's mail, what is due, what was seen, what failed, what can't be told; once each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event

from bot.replies import chart as charts
from store.alert_records import CantTell, Rest
from store.database import Database
from store.records import EventKind
from tests.digest.desk import DAY, HOUR, MINUTE, MONDAY, Desk
from tests.replies.blocks.checking import check_message, texts

FRIDAY = MONDAY - 3 * DAY
ARRIVED = EventKind.DELIVERY


@pytest.fixture
def desk(database: Database) -> Desk:
    """An office in Berlin, with one rule."""
    desk = Desk(database)
    desk.rule()
    return desk


def test_a_morning_with_everything(desk: Desk) -> None:
    """What went out, is due, failed, was seen and can't be told stands in one message with one table."""
    desk.email(FRIDAY + HOUR, ARRIVED, name="Maria Lopez", due=MONDAY + 6 * HOUR)
    desk.email(FRIDAY + HOUR, ARRIVED, EventKind.CLICK, to="tom@reed.example", rest=Rest.SEEN, sign=FRIDAY + 2 * HOUR)
    desk.email(FRIDAY + HOUR, EventKind.BOUNCE, to="ann@gmial.com", rest=Rest.FAILED)
    desk.email(FRIDAY + 2 * HOUR, EventKind.BOUNCE, to="ben@gmial.com", rest=Rest.FAILED)
    desk.email(FRIDAY - DAY, ARRIVED, to="eve@ash.example", rest=Rest.CANT_TELL, rested=FRIDAY + 9 * HOUR)
    made = desk.prepared(MONDAY)
    assert made.reply is not None
    check_message(made.reply.blocks, made.reply.text)
    assert [block["type"] for block in made.reply.blocks] == ["rich_text", "table", "context"]
    assert "<@" not in made.reply.text + "".join(texts(made.reply.blocks))
    lines = made.reply.text.splitlines()
    assert lines[:4] == [
        "1 important email has no reliable sign yet and runs out of time today; 2 emails did not arrive.",
        "4 important emails have gone out since 20 Nov 2026 07:00 UTC; 2 of them have arrived, as far as is known.",
        "1 email has been seen, or very likely seen, since then, whenever sent.",
        "For 1 email no sign can come: call if it matters.",
    ]
    assert [line.partition(":")[0] for line in lines[4:]] == ["No sign yet", "Did not arrive", "Can't tell", "Seen"]
    assert "Quote for job 1041 to Maria Lopez" in lines[4]
    assert "time is up on 23 Nov 2026 at 13:00 UTC" in lines[4]
    assert "2 emails to ben@gmial.com, ann@gmial.com: gmial.com: " in lines[5]
    assert lines[6].endswith("; call if it matters.")
    assert "tom@reed.example: Seen: clicked" in lines[7]


def test_nothing_to_say(desk: Desk) -> None:
    """A morning after a day without important mail is silent."""
    desk.email(MONDAY - 30 * DAY, ARRIVED, rest=Rest.SEEN)
    desk.email(MONDAY - 30 * DAY, ARRIVED, due=MONDAY + 9 * DAY)
    (planned,) = desk.planned(MONDAY)
    made = desk.digest.prepare([planned], now=MONDAY)
    assert (made.reply, list(made.cancelled)) == (None, [planned])


def test_each_thing_is_told_once(desk: Desk) -> None:
    """What one morning told, the next doesn't repeat; what was found out after it, the next one tells."""
    desk.email(FRIDAY + HOUR, ARRIVED, EventKind.CLICK, to="tom@reed.example", rest=Rest.SEEN)
    assert "tom@reed.example" in desk.say(MONDAY)
    desk.email(FRIDAY + HOUR, ARRIVED, EventKind.CLICK, to="ann@reed.example", rest=Rest.SEEN, rested=MONDAY + MINUTE)
    tuesday = desk.say(MONDAY + DAY)
    assert "tom@reed.example" not in tuesday
    assert "ann@reed.example" in tuesday
    assert "gone out" not in tuesday
    assert "1 email has been seen, or very likely seen, since 23 Nov 2026 06:59 UTC" in tuesday


def test_what_is_found_out_at_that_moment_is_not_lost(desk: Desk) -> None:
    """A finding that another process writes down while the digest is being said belongs to the next one."""
    desk.email(FRIDAY + HOUR, ARRIVED, EventKind.CLICK, to="tom@reed.example", rest=Rest.SEEN)
    made = desk.prepared(MONDAY)
    desk.email(FRIDAY + HOUR, ARRIVED, EventKind.CLICK, to="late@reed.example", rest=Rest.SEEN, rested=MONDAY)
    desk.mark(made.said, MONDAY + MINUTE)
    assert "late@reed.example" in desk.say(MONDAY + DAY)


def test_a_second_try_says_the_same(desk: Desk) -> None:
    """When the process that was to say it died, another one says the same stretch, not a later one."""
    desk.email(FRIDAY + HOUR, ARRIVED, EventKind.CLICK, to="tom@reed.example", rest=Rest.SEEN)
    (planned,) = desk.planned(MONDAY)
    first = desk.digest.prepare([planned], now=MONDAY)
    sent, later = FRIDAY - 9 * DAY, MONDAY + MINUTE
    desk.email(sent, ARRIVED, EventKind.CLICK, to="ann@reed.example", rest=Rest.SEEN, rested=later)
    again = Desk(desk.database).digest.prepare([planned], now=MONDAY + 2 * MINUTE)
    assert first.reply is not None
    assert again.reply is not None
    assert first.reply.text == again.reply.text


def test_other_channels_rules_are_not_told(desk: Desk) -> None:
    """A channel hears of the emails of its own rules alone."""
    desk.rule("invoices", channel="C0BOOKS")
    desk.email(FRIDAY + HOUR, ARRIVED, rule="invoices")
    assert desk.prepared(MONDAY).reply is None


@pytest.mark.parametrize("cant_tell", [CantTell.ALERT, CantTell.NOTHING])
def test_what_cannot_be_told_is_said_where_the_rule_says_so(desk: Desk, cant_tell: CantTell) -> None:
    """A rule that alerts of what can't be told, or says nothing, has no lines of it in the digest."""
    desk.rule("other", cant_tell=cant_tell)
    desk.email(FRIDAY - 9 * DAY, ARRIVED, rule="other", rest=Rest.CANT_TELL, rested=FRIDAY + 9 * HOUR)
    assert desk.prepared(MONDAY).reply is None


def test_many_are_counted(desk: Desk) -> None:
    """Ten of a sort have a line each, the others are counted; the message keeps Slack's limits."""
    for number in range(24):
        desk.email(FRIDAY + HOUR, ARRIVED, to=f"c{number}@example.com", due=MONDAY + 6 * HOUR + number * MINUTE)
        desk.email(FRIDAY, EventKind.BOUNCE, to=f"c{number}@d{number}.example", rest=Rest.FAILED, rested=FRIDAY + HOUR)
    made = desk.prepared(MONDAY)
    assert made.reply is not None
    check_message(made.reply.blocks, made.reply.text)
    assert "24 important emails have no reliable sign yet and run out of time today; 24 emails did not arrive." in (
        made.reply.text
    )
    cells = list(texts(made.reply.blocks))
    assert cells.count("and 14 more") == 1
    assert cells.count("and 14 more domains") == 1
    assert cells.count("No sign yet") == 11


def test_postmark_down_is_said_at_once(database: Database) -> None:
    """When Postmark could not be asked, the second line says since when."""
    desk = Desk(database, {"unchecked_since": lambda _now: MONDAY - HOUR})
    desk.rule()
    desk.email(FRIDAY + HOUR, ARRIVED)
    doubt = desk.say(MONDAY).splitlines()[1]
    assert doubt.startswith("I haven't been able to ask Postmark since 23 Nov 2026 06:00 UTC")


def test_the_curve_needs_enough_emails(desk: Desk) -> None:
    """Ten emails since the digest before and fifty of the four weeks before make a curve; fewer make none."""
    for number in range(charts.ENOUGH_BEFORE):
        sent = FRIDAY - (number % 20 + 1) * DAY
        desk.email(sent, ARRIVED, rest=Rest.SEEN if number % 2 else Rest.SILENT, sign=sent + 2 * HOUR)
    for _ in range(charts.ENOUGH - 1):
        desk.email(FRIDAY + HOUR, ARRIVED, rest=Rest.SEEN, sign=FRIDAY + 4 * HOUR)
    assert "usually" not in desk.prepared(MONDAY).reply.text  # type: ignore[union-attr]
    desk.email(FRIDAY + HOUR, EventKind.BOUNCE, rest=Rest.FAILED)
    desk.email(MONDAY - HOUR, ARRIVED)
    assert "usually" not in desk.prepared(MONDAY).reply.text  # type: ignore[union-attr]
    desk.email(FRIDAY + HOUR, ARRIVED)
    text = desk.prepared(MONDAY).reply.text  # type: ignore[union-attr]
    assert "Of 10 emails, 9 were seen within 12 hours of being sent; usually it is about 5." in text
    assert "Of these 10 emails: 0% within 1 hour, 90% within 4 hours and 90% within 12 hours." in text


def test_a_morning_costs_few_statements(desk: Desk) -> None:
    """A digest asks the database as often for two hundred emails as for two."""

    def statements() -> int:
        asked: list[str] = []

        def count(*told: object) -> None:
            asked.append(str(told[2]))

        engine = desk.database._reader
        sqlalchemy_event.listen(engine, "before_cursor_execute", count)
        assert desk.digest.prepare(planned, now=MONDAY).reply is not None
        sqlalchemy_event.remove(engine, "before_cursor_execute", count)
        return len(asked)

    planned = desk.planned(MONDAY)
    few = []
    for batch in range(2):
        for number in range(2 if batch == 0 else 50):
            for rest in (None, Rest.SEEN, Rest.FAILED, Rest.CANT_TELL):
                to = f"c{number}@{rest}.example"
                desk.email(FRIDAY + HOUR, ARRIVED, to=to, rest=rest, due=MONDAY + timedelta(hours=5))
        few.append(statements())
    assert few[1] <= few[0] + 4  # totals that are beyond what is listed
